namespace HaWebhook.Policy.Manifests;

/// <summary>Tells where the characters of a text that was read stand in the file that it comes from.</summary>
internal static class TextOrigins
{
    /// <summary>The places of all characters, and after them that of the end; null where the text does not come from there.</summary>
    /// <param name="text">What was read: the text of the file but for spaces and byte order marks.</param>
    /// <param name="file">The text of the file.</param>
    /// <param name="start">Where the text starts in the file.</param>
    public static int[]? Of(ReadOnlySpan<char> text, string file, int start)
    {
        var origins = new int[text.Length + 1];
        var position = start;
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsAt(file, position, text[i]))
            {
                if (IsDropped(text[i]))
                {
                    origins[i] = position;
                    continue;
                }

                while (position < file.Length && IsDropped(file[position]))
                {
                    position++;
                }

                if (!IsAt(file, position, text[i]))
                {
                    return null;
                }
            }

            origins[i] = position++;
        }

        origins[^1] = position;
        return origins;
    }

    private static bool IsAt(string file, int position, char character) => position < file.Length && file[position] == character;

    private static bool IsDropped(char character) => character is ' ' or '\uFEFF';
}
