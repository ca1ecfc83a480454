namespace HaWebhook.Benchmarks;

/// <summary>One server under load for one round.</summary>
internal sealed record Round(
    double ReviewsPerSecond,
    double P50Microseconds,
    double P99Microseconds,
    double ProcessorMicroseconds,
    double AllocatedBytes,
    double BusyShare,
    double? Disturbance);

/// <summary>One server after the other under the same load.</summary>
internal sealed record Pair(Round Floor, Round Webhook)
{
    public double Disturbance => Math.Max(Floor.Disturbance ?? 0, Webhook.Disturbance ?? 0);
}

/// <summary>Both servers under one kind of review: the pairs of rounds that count, and how many were too disturbed to.</summary>
internal sealed record CaseResult(ReviewCase Review, string Answer, IReadOnlyList<Pair> Pairs, int Dropped)
{
    /// <summary>Whether so much else went on that times, other than CPU time, say nothing about the servers.</summary>
    public bool IsDisturbed => Pairs.Any(pair => pair.Disturbance > Disturbance.Limit);

    public Comparison Of(Func<Round, double> figure) =>
        Comparison.Of([.. Pairs.Select(pair => figure(pair.Floor))], [.. Pairs.Select(pair => figure(pair.Webhook))]);
}

/// <summary>Memory of both servers after many reviews.</summary>
internal sealed record MemoryResult(Placement Placement, long Reviews, Memory Floor, Memory Webhook);

internal sealed record Results(IReadOnlyList<CaseResult> Cases, IReadOnlyList<MemoryResult> Memory, bool IsServerGarbageCollector);

/// <summary>
/// One figure of both servers: medians over the rounds, the ratio of the medians, and the lowest and highest ratio within a round, which
/// tells how far the median is to be trusted.
/// </summary>
internal sealed record Comparison(double Floor, double Webhook, double LowestRatio, double HighestRatio)
{
    public double Ratio => Webhook / Floor;

    /// <summary>The same, read as reviews for a second of the thing counted and not as the thing spent on a review.</summary>
    public Comparison Inverse => new(1 / Floor, 1 / Webhook, 1 / HighestRatio, 1 / LowestRatio);

    public static Comparison Of(IReadOnlyList<double> floor, IReadOnlyList<double> webhook)
    {
        var ratios = webhook.Zip(floor, (ours, theirs) => ours / theirs).ToList();
        return new Comparison(Median(floor), Median(webhook), ratios.Min(), ratios.Max());
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
