namespace HaWebhook.Benchmarks;

internal enum Outcome
{
    Met,
    NotJudged,
    GoalMissed,
    Missed,
}

internal sealed record Verdict(Outcome Outcome, string Text);

/// <summary>What the webhook may cost, by section 9 of the design.</summary>
internal static class Budget
{
    private const double MaximumP99Ratio = 2;
    private const double MaximumAllocatedBytes = 8192;
    private const double MaximumMemoryRatio = 1.15;
    private const long MaximumMemory = 120L * 1024 * 1024;

    public static IReadOnlyList<Verdict> Judge(Results results) =>
    [
        .. results.Cases.SelectMany(Judge),
        .. results.Memory.Select(Judge),
    ];

    private static IEnumerable<Verdict> Judge(CaseResult result)
    {
        var title = result.Review.Title;
        (double Required, double Goal)? throughput = result.Review.Size switch
        {
            ReviewSize.FourKilobytes => (0.70, 0.80),
            ReviewSize.OneMegabyte => (0.35, 0.40),
            _ => null,
        };
        if (throughput is var (required, goal))
        {
            // Both: where the load generator is the slower side the clock alone would flatter the webhook, and where the webhook waits for
            // something CPU time would.
            var byClock = result.Of(round => round.ReviewsPerSecond).Ratio;
            var byProcessorTime = result.Of(round => round.ProcessorMicroseconds).Inverse.Ratio;
            var ratio = Math.Min(byClock, byProcessorTime);
            var outcome = ratio >= goal ? Outcome.Met : ratio >= required ? Outcome.GoalMissed : Outcome.Missed;
            var figures = $"{byClock:F2} x floor by the clock, {byProcessorTime:F2} by CPU time";
            yield return new Verdict(InQuiet(result, outcome), $"{title}: throughput {figures} (both at least {required:F2}, goal {goal:F2})");
        }

        var p99 = result.Of(round => round.P99Microseconds).Ratio;
        yield return new Verdict(InQuiet(result, At(p99 <= MaximumP99Ratio)), $"{title}: p99 {p99:F2} x floor (at most {MaximumP99Ratio:F2})");

        if (result.Review.Size == ReviewSize.FourKilobytes)
        {
            var bytes = result.Of(round => round.AllocatedBytes).Webhook;
            yield return new Verdict(
                At(bytes <= MaximumAllocatedBytes), $"{title}: {bytes:N0} bytes allocated per review (at most {MaximumAllocatedBytes:N0})");
        }
    }

    private static Verdict Judge(MemoryResult result)
    {
        var resident = result.Webhook.Resident;
        var ratio = (double)resident / result.Floor.Resident;
        var limit = $"(at most {MaximumMemory / 1048576} MiB and {MaximumMemoryRatio:F2})";
        return new Verdict(
            At(ratio <= MaximumMemoryRatio && resident <= MaximumMemory),
            $"memory on {ComparisonReport.NameOf(result.Placement)}: {resident / 1048576.0:N1} MiB, {ratio:F2} x floor {limit}");
    }

    private static Outcome InQuiet(CaseResult result, Outcome outcome) => result.IsDisturbed ? Outcome.NotJudged : outcome;

    private static Outcome At(bool met) => met ? Outcome.Met : Outcome.Missed;
}
