using System.Text;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>What becomes of reviews when there are too many, as Markdown.</summary>
internal static class OverloadReport
{
    /// <summary>What the chart allows a replica, in MiB.</summary>
    public const int MemoryLimit = 512;

    /// <summary>How long it may take to be as before, in seconds.</summary>
    private const int RecoveryLimit = 5;

    /// <summary>How much of its capacity a server has to keep when five times that is asked for.</summary>
    private const double Kept = 0.7;

    public static string Write(OverloadOptions options, IReadOnlyList<OverloadCase> cases)
    {
        var text = new StringBuilder();
        text.Append("Conditions: `ha-webhook serve` with default limits on one core, the load on the other. In most lines the processor is scarce: the server is stopped and ");
        text.Append($"continued so that it runs for {options.Share} of every 100 ms, as with a CPU limit of {options.Share * 10}m, and the load generator can ask for many times ");
        text.Append("what it can do. In those that are looked up it is the API server's time, and the server has all of its core: each review is to be denied, is looked up for that ");
        text.Append($"at the API server double, and each of its answers takes {OverloadRuns.LookTime.TotalMilliseconds:N0} ms; in the others there is no cluster. ");
        text.Append($"Capacity is what is decided when {OverloadRuns.Few} connections ({OverloadRuns.FewThatWait} where they wait for the API server) keep the server busy. ");
        text.Append($"Then, for {options.Duration.TotalSeconds:N0} s, {options.Factor} times that is wanted, open loop. At most {options.InFlight} calls are under way; what is due beyond is not made, ");
        text.Append("as an API server's own limit of requests in flight would have it. What is refused is sent again after the second that the answer names, up to ten times while the call ");
        text.Append("has time, on a new connection and with the same timeout, as client-go does. In the end all callers are gone at once, and half of the capacity is asked for: recovered is ");
        text.Append("when for a second nothing is refused and the 99th percentile is at most twice what it was before, or 100 ms more, and nothing is refused any more.\n\n");
        text.Append("| reviews, timeout | capacity/s | on cores | wanted/s | made/s | decided/s | on cores | refusals/s | given up/s | wrong | unanswered | other answers ");
        text.Append("| p99 ms before | accepted: p50 ms | p99 ms | peak memory MiB | recovered after s |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var row in cases)
        {
            var counts = row.Counts;
            text.Append($"| {row.Kind.FullTitle} | {row.Capacity:N0} | {row.Cores.Before:N2} | {counts.PerSecond(counts.Wanted):N0} | {counts.PerSecond(counts.Made):N0} ");
            text.Append($"| {counts.PerSecond(counts.Right):N0} | {row.Cores.Then:N2} ");
            text.Append($"| {counts.PerSecond(counts.Refusals):N0} | {counts.PerSecond(counts.GivenUp):N0} | {counts.Wrong} | {counts.Unanswered} | {counts.Failed} ");
            text.Append($"| {row.UsualP99:N0} | {Milliseconds(counts.Accepted, 0.5):N0} | {Milliseconds(counts.Accepted, 0.99):N0} | {row.Memory.Peak >> 20} | {Seconds(row)} |\n");
        }

        foreach (var row in cases.Where(row => row.Counts.Failed > 0))
        {
            text.Append($"\nOther answers, {row.Kind.FullTitle}: {string.Join("; ", row.Counts.Reasons.Select(reason => $"{reason.Value} `{reason.Key}`"))}.\n");
        }

        return text.ToString();
    }

    public static IReadOnlyList<Requirement> Judge(OverloadOptions options, IReadOnlyList<OverloadCase> cases) =>
    [
        Requirement($"at least {Kept:P0} of the capacity is decided when {options.Factor} times it is asked for", cases,
            row => row.Counts.PerSecond(row.Counts.Right) >= Kept * row.Capacity, row => $"{row.Counts.PerSecond(row.Counts.Right) / row.Capacity:P0}"),
        Requirement("there is too much: reviews are refused, or calls are not made", cases,
            row => row.Counts.Refusals > 0 || row.Counts.Made < row.Counts.Wanted, row => $"{row.Counts.Refusals} refusals, {row.Counts.Wanted - row.Counts.Made} not made"),
        Requirement("whatever is not decided is refused with 503, `Retry-After: 1` and `Connection: close`, nothing else", cases,
            row => row.Counts.Failed == 0, row => $"{row.Counts.Failed} others"),
        Requirement("what is not refused is answered within the timeout", cases, row => row.Counts.Unanswered == 0, row => $"{row.Counts.Unanswered} unanswered"),
        Requirement("no wrong verdict", cases, row => row.Counts.Wrong == 0, row => $"{row.Counts.Wrong}"),
        Requirement($"at most {MemoryLimit} MiB, the chart's limit", cases, row => row.Memory.Peak >> 20 <= MemoryLimit, row => $"{row.Memory.Peak >> 20} MiB"),
        Requirement($"recovered within {RecoveryLimit} s", cases, row => row.Recovery?.TotalSeconds <= RecoveryLimit, row => $"{Seconds(row)} s"),
    ];

    /// <summary>Something that has to hold for all of them: what was found is told of those for which it does not.</summary>
    private static Requirement Requirement(string text, IReadOnlyList<OverloadCase> cases, Func<OverloadCase, bool> holds, Func<OverloadCase, string> found)
    {
        var bad = cases.Where(row => !holds(row)).ToList();
        return new(text, bad.Count == 0, bad.Count == 0 ? $"all {cases.Count}" : string.Join("; ", bad.Select(row => $"{row.Kind.FullTitle}: {found(row)}")));
    }

    private static double Milliseconds(LatencyHistogram times, double share) => times.Percentile(share) / 1000;

    private static string Seconds(OverloadCase row) => row.Recovery is { } time ? $"{time.TotalSeconds:N1}" : "never";
}
