namespace HaWebhook.Fuzzing.Running;

/// <summary>What a run does.</summary>
/// <param name="Seed">Seed of every case.</param>
/// <param name="Cases">How many cases.</param>
internal sealed record FuzzOptions(ulong Seed, long Cases)
{
    /// <summary>The fuzzers; default: all.</summary>
    public IReadOnlyList<FuzzerKind> Kinds { get; init; } = Fuzzers.All;

    /// <summary>Threads; default: one for each core.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>What no case may take: default a second.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When a case counts as one that does not end, and nobody waits for it any longer; default a minute.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);
}
