using System.Text;

namespace HaWebhook.Policy.Json;

/// <summary>Words that come in nearly every review. They are compared as bytes, so that none of them is made into a string again and again.</summary>
internal sealed class WellKnownWords(params string[] words)
{
    private readonly (byte[] Bytes, string Word)[] _words = [.. words.Select(word => (Encoding.UTF8.GetBytes(word), word))];

    /// <summary>The word that these bytes spell; null where they spell another.</summary>
    public string? Find(ReadOnlySpan<byte> bytes)
    {
        foreach (var (known, word) in _words)
        {
            if (bytes.SequenceEqual(known))
            {
                return word;
            }
        }

        return null;
    }
}
