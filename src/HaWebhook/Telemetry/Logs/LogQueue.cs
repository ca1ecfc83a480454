using System.Collections.Concurrent;

namespace HaWebhook.Telemetry.Logs;

/// <summary>
/// Lines on their way to standard output. Whoever logs never waits: where nobody reads fast enough, and a review would hang on it, lines are dropped
/// and counted.
/// </summary>
internal sealed class LogQueue : IDisposable
{
    /// <summary>Several seconds of a flood, and a megabyte or two as a rule.</summary>
    public const int Longest = 4096;

    /// <summary>The most characters that wait, which take twice as many bytes: lines with a stack trace are long.</summary>
    public const int MostCharacters = 4 << 20;

    private readonly BlockingCollection<string> _lines = new(Longest);
    private long _characters;
    private long _dropped;

    /// <summary>Lines that were dropped so far.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Whether nothing is to be written just now.</summary>
    public bool IsEmpty => _lines.Count == 0;

    public void Add(string line)
    {
        try
        {
            if (Interlocked.Add(ref _characters, line.Length) > MostCharacters || !_lines.TryAdd(line))
            {
                Interlocked.Add(ref _characters, -line.Length);
                CountDropped();
            }
        }
        catch (InvalidOperationException)
        {
            // The server has stopped.
            CountDropped();
        }
    }

    /// <summary>A line could not be written after all.</summary>
    public void CountDropped() => Interlocked.Increment(ref _dropped);

    /// <summary>Lines in the order in which they came, until no more come; waits for them.</summary>
    public IEnumerable<string> Take()
    {
        foreach (var line in _lines.GetConsumingEnumerable())
        {
            Interlocked.Add(ref _characters, -line.Length);
            yield return line;
        }
    }

    /// <summary>No more lines come.</summary>
    public void Complete() => _lines.CompleteAdding();

    public void Dispose() => _lines.Dispose();
}
