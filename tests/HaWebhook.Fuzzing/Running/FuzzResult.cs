namespace HaWebhook.Fuzzing.Running;

/// <summary>A case that went wrong.</summary>
/// <param name="Fuzzer">Name of the fuzzer.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Case">Number of the case.</param>
/// <param name="Wrong">What is wrong.</param>
/// <param name="Start">What it starts from.</param>
/// <param name="Mutations">What of the mutations it takes.</param>
/// <param name="Input">The smallest input found that does it too.</param>
internal sealed record FuzzFailure(
    string Fuzzer, ulong Seed, long Case, string Wrong, string Start, IReadOnlyList<string> Mutations, byte[] Input)
{
    /// <summary>Whether no other fuzzer ran, so that its cases have other numbers.</summary>
    public bool IsAlone { get; init; }

    /// <summary>What repeats it.</summary>
    public string Replay => $"--replay {Seed}:{Case}{(IsAlone ? $" --only {Fuzzer}" : "")}";

    public override string ToString() =>
        $"{Fuzzer}, case {Case} of seed {Seed}: {Wrong}\n  starts from {Start}\n  mutations: {string.Join("; ", Mutations)}\n  repeat it with {Replay}";
}

/// <summary>What a fuzzer did in a run.</summary>
internal sealed class FuzzCount
{
    /// <summary>Cases.</summary>
    public long Cases { get; set; }

    /// <summary>Cases whose input was refused with a message.</summary>
    public long Refused { get; set; }

    /// <summary>The most that was allocated for one case, in bytes.</summary>
    public long LargestAllocation { get; set; }

    /// <summary>The longest that one case took, repeated where it took over the limit.</summary>
    public TimeSpan Longest { get; set; }

    /// <summary>What all of them took.</summary>
    public TimeSpan Total { get; set; }

    public void Add(FuzzCount other)
    {
        Total += other.Total;
        Cases += other.Cases;
        Refused += other.Refused;
        LargestAllocation = Math.Max(LargestAllocation, other.LargestAllocation);
        Longest = Longest > other.Longest ? Longest : other.Longest;
    }
}

/// <summary>The outcome of a run.</summary>
/// <param name="Options">What was run.</param>
/// <param name="Counts">What each fuzzer did.</param>
/// <param name="Failures">What went wrong: of each sort the first.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="PeakMemory">The largest resident set of the process so far, in bytes.</param>
internal sealed record FuzzResult(
    FuzzOptions Options,
    IReadOnlyList<(FuzzerKind Kind, FuzzCount Count)> Counts,
    IReadOnlyList<FuzzFailure> Failures,
    TimeSpan Elapsed,
    long PeakMemory);
