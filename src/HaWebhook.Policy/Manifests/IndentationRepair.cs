using System.Text;
using YamlDotNet.Core;

namespace HaWebhook.Policy.Manifests;

/// <summary>Changes indentation that means nothing, where YamlDotNet is stricter about it than kubectl. Lines stay where they are.</summary>
internal static class IndentationRepair
{
    /// <summary>The text to read instead, or null when the failure has another cause.</summary>
    /// <param name="text">The text of the document.</param>
    /// <param name="failure">What YamlDotNet threw.</param>
    /// <param name="where">The place it threw at.</param>
    /// <param name="indentation">More spaces than the enclosing block is indented by.</param>
    public static string? Repair(string text, Exception failure, Mark where, int indentation)
    {
        var index = (int)where.Index;
        var repaired = failure switch
        {
            YamlException when IsAboutBlankLines(failure.Message) => EmptyLinesBefore(text, index),
            YamlException when failure.Message.Contains("double-quoted scalar, found wrong indentation", StringComparison.Ordinal) =>
                IndentQuoted(text, index, (int)where.Column),
            _ when YamlText.IsAboutFlow(failure) => IndentLine(text, index, indentation),
            _ => null,
        };
        return repaired == text ? null : repaired;
    }

    private static bool IsAboutBlankLines(string message)
    {
        return message.Contains("found extra spaces in first line", StringComparison.Ordinal)
            || message.Contains("found more spaces in lines above first content line", StringComparison.Ordinal);
    }

    // Blank lines that open a block scalar count as empty up to its indentation, which its first text sets. Templates leave such lines behind.
    private static string EmptyLinesBefore(string text, int index)
    {
        var end = Math.Min(index, text.Length);
        var start = text.AsSpan(0, end).TrimEnd(" \r\n").Length;
        return string.Concat(text.AsSpan(0, start), text[start..end].Replace(" ", "", StringComparison.Ordinal), text.AsSpan(end));
    }

    // The spaces that start a line of a quoted text are folded away.
    private static string IndentQuoted(string text, int index, int indentation)
    {
        var repaired = new StringBuilder(text, 0, index, text.Length);
        var escaped = false;
        var i = index;
        do
        {
            repaired.Append(text[i]);
            repaired.Append(' ', text[i] == '\n' ? indentation : 0);
            escaped = text[i] == '\\' && !escaped;
            i++;
        }
        while (i < text.Length && (escaped || text[i] != '"'));

        return repaired.Append(text, i, text.Length - i).ToString();
    }

    // A text in a flow collection only stands too far left on a line after the one that opened the collection: spaces mean nothing there.
    private static string IndentLine(string text, int index, int indentation)
    {
        var start = text.AsSpan(0, index).LastIndexOfAny('\n', '\r') + 1;
        return text.Insert(start, new string(' ', indentation));
    }
}
