using System.Collections.Concurrent;

namespace HaWebhook.Policy.Objects;

/// <summary>
/// Strings that many objects repeat, such as the keys and values of labels, each kept once. Safe to use from many threads. It keeps what it was given
/// as long as it lives itself.
/// </summary>
/// <param name="most">How many it keeps at the most; further ones are not shared.</param>
public sealed class SharedStrings(int most = 100_000)
{
    private readonly ConcurrentDictionary<string, string> _strings = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The same text, in the one string that stands for it.</summary>
    public string Of(string text)
    {
        if (_strings.TryGetValue(text, out var known))
        {
            return known;
        }

        if (Volatile.Read(ref _count) >= most || !_strings.TryAdd(text, text))
        {
            return _strings.GetValueOrDefault(text, text);
        }

        Interlocked.Increment(ref _count);
        return text;
    }

    /// <summary>The same strings by the same keys.</summary>
    internal IReadOnlyDictionary<string, string> Of(IReadOnlyDictionary<string, string> strings)
    {
        if (strings.Count == 0)
        {
            return Metadata.NoStrings;
        }

        var shared = new Dictionary<string, string>(strings.Count, StringComparer.Ordinal);
        foreach (var (key, value) in strings)
        {
            shared.Add(Of(key), Of(value));
        }

        return shared;
    }

    /// <summary>The same strings in a list.</summary>
    internal IReadOnlyList<string> Of(IReadOnlyList<string> strings) => strings.Count == 0 ? [] : [.. strings.Select(Of)];
}
