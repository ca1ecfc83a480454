using System.Text;

namespace HaWebhook.Policy.Manifests;

/// <summary>Wording that errors share: a message stays one short line whatever the file holds.</summary>
internal static class ErrorText
{
    /// <summary>The offending token in quotes, cut short: the rest of the value may be a secret or a megabyte.</summary>
    public static string Quote(string token)
    {
        return $"\"{OneLine(token, longest: 60)}\"";
    }

    /// <summary>A reason given by a parser, in the style of our own messages.</summary>
    public static string Reason(string language, string reason)
    {
        var line = OneLine(reason, longest: 200).TrimEnd('.');
        return $"not valid {language}: {char.ToLowerInvariant(line.FirstOrDefault())}{line[Math.Min(1, line.Length)..]}";
    }

    private static string OneLine(string text, int longest)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= longest)
            {
                return line.Append("...").ToString();
            }

            line.Append(Rune.IsControl(rune) ? new Rune(' ') : rune);
        }

        return line.ToString();
    }
}
