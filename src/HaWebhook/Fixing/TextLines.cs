namespace HaWebhook.Fixing;

/// <summary>Lines of a text by the places in it. Lines end with a line feed, a carriage return, or both.</summary>
internal static class TextLines
{
    /// <summary>Where the line starts that a place is on.</summary>
    public static int StartOf(string text, int index) => text.AsSpan(0, index).LastIndexOfAny('\n', '\r') + 1;

    /// <summary>Where the line ends that a place is on: before its line break.</summary>
    public static int EndOf(string text, int index) =>
        text.AsSpan(index).IndexOfAny('\n', '\r') is >= 0 and var length ? index + length : text.Length;

    /// <summary>Where the next line starts, or -1 where the text has none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="end">Where a line ends.</param>
    public static int NextStart(string text, int end)
    {
        var start = end + BreakAt(text, end).Length;
        return start == end || start == text.Length ? -1 : start;
    }

    /// <summary>How many characters of its line stand before a place.</summary>
    public static int ColumnOf(string text, int index)
    {
        var start = StartOf(text, index);
        return index - start - (start < index && text[start] == '\uFEFF' ? 1 : 0);
    }

    /// <summary>Whether nothing but white space stands before a place on its line. A line may be very long, as JSON often is.</summary>
    public static bool IsFirst(string text, int index)
    {
        while (index > 0 && text[index - 1] is ' ' or '\t')
        {
            index--;
        }

        return index == 0 || text[index - 1] is '\n' or '\r';
    }

    /// <summary>The line break to add after a line: the one that it has, else the first of the text.</summary>
    public static string BreakFor(string text, int end)
    {
        if (BreakAt(text, end) is { Length: > 0 } own)
        {
            return own;
        }

        return BreakAt(text, EndOf(text, 0)) is { Length: > 0 } first ? first : "\n";
    }

    private static string BreakAt(string text, int end)
    {
        var rest = text.AsSpan(end);
        return rest.StartsWith("\r\n") ? "\r\n" : rest.StartsWith('\n') ? "\n" : rest.StartsWith('\r') ? "\r" : "";
    }
}
