using System.Globalization;
using System.Text;

namespace HaWebhook.Policy.Evaluation;

/// <summary>
/// Makes text from an object fit for a line: a control character in a name must not break a warning (the API server drops those
/// silently), forge a log line or reach somebody's terminal.
/// </summary>
public static class SingleLine
{
    private const string Ellipsis = "...";

    /// <summary>
    /// The most of a name that is logged. Those of Kubernetes are shorter, at most 253 characters. Those of users, and all names in what no API
    /// server sent, have no end.
    /// </summary>
    private const int LongestInLog = 256;

    /// <summary>The text with every control and formatting character replaced.</summary>
    public static string Of(string text)
    {
        // Nearly all text is plain ASCII, and then nothing is to be done.
        return text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? Replace(text) : text;
    }

    /// <summary>The same, cut to what a line of the log may hold of a name.</summary>
    public static string InLog(string name) => Of(name, LongestInLog);

    /// <summary>The same, cut to a length.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">The most characters, the ellipsis included.</param>
    public static string Of(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return Of(text);
        }

        // Cut before anything is replaced: what is cut off may be megabytes.
        var line = Of(text[..longest]);
        var end = Math.Min(line.Length, longest - Ellipsis.Length);

        // Half a surrogate pair is no character.
        return string.Concat(line.AsSpan(0, end > 0 && char.IsHighSurrogate(line[end - 1]) ? end - 1 : end), Ellipsis);
    }

    private static string Replace(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var character in text.EnumerateRunes())
        {
            line.Append(IsUnfit(character) ? "?" : character.ToString());
        }

        return line.ToString();
    }

    private static bool IsUnfit(Rune character) => Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
