using System.Buffers;
using System.Text;

namespace HaWebhook.Commands;

/// <summary>Reads text that may have no end: a pipe or a device has no length that could be looked at first.</summary>
internal static class LimitedText
{
    /// <summary>All of a text.</summary>
    /// <param name="reader">Where it comes from.</param>
    /// <param name="most">The most characters; no more than that is held in memory.</param>
    /// <returns>The text; null where there are more.</returns>
    public static string? ReadToEnd(TextReader reader, int most)
    {
        // Rented, because a check reads thousands of small files.
        var block = ArrayPool<char>.Shared.Rent(1 << 14);
        try
        {
            var text = new StringBuilder();
            for (var read = reader.Read(block); read > 0; read = reader.Read(block))
            {
                text.Append(block, 0, read);
                if (text.Length > most)
                {
                    return null;
                }
            }

            return text.ToString();
        }
        finally
        {
            ArrayPool<char>.Shared.Return(block);
        }
    }
}
