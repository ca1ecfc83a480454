using System.Text;

namespace HaWebhook.Benchmarks;

internal sealed record ReportContext(string Machine, string Command, string Load, Cores Cores, SideBySideOptions Options);

/// <summary>The results as Markdown. Numbers come out the same everywhere, since the project builds with the invariant culture.</summary>
internal sealed class ComparisonReport
{
    private readonly StringBuilder _text = new();

    public static string Write(ReportContext context, Results results)
    {
        var report = new ComparisonReport();
        report.WriteConditions(context, results);
        report.WriteCases(results.Cases);
        report.WriteMemory(results.Memory);
        report.WriteMethod(results);
        report.WriteVerdicts(results);
        return report._text.ToString();
    }

    public static string NameOf(Placement placement) => placement == Placement.OneCore ? "one core" : "all cores";

    private void WriteConditions(ReportContext context, Results results)
    {
        var options = context.Options;
        var collector = results.IsServerGarbageCollector ? "server" : "workstation";
        Line($"Machine: {context.Machine}.");
        Line($"Made by `{context.Command}`.");
        Line($"Conditions: {context.Cores.Description}; load by {context.Load}, {options.Connections} connections, keep-alive, TLS, HTTP/1.1; "
            + $"{options.Rounds} rounds of {options.RoundLength.TotalSeconds:N0} s for each server in turns; "
            + $"garbage collector in effect: {collector}.");
        Line("Figures are medians; the range after a ratio is the lowest and the highest within a round.");
    }

    private void WriteCases(IReadOnlyList<CaseResult> cases)
    {
        Table(
            "Throughput", "review", "answer", "floor, reviews/s", "webhook, reviews/s", "ratio",
            "floor, CPU µs/review", "webhook, CPU µs/review", "ratio of reviews per CPU second");
        foreach (var result in cases)
        {
            var rate = result.Of(round => round.ReviewsPerSecond);
            var cpu = result.Of(round => round.ProcessorMicroseconds);
            Row(
                result.Review.Title, result.Answer, $"{rate.Floor:N0}", $"{rate.Webhook:N0}", Ratio(rate),
                $"{cpu.Floor:N1}", $"{cpu.Webhook:N1}", Ratio(cpu.Inverse));
        }

        Table("Latency under that load", "review", "floor, p50 µs", "webhook, p50 µs", "ratio", "floor, p99 µs", "webhook, p99 µs", "ratio");
        foreach (var result in cases)
        {
            var p50 = result.Of(round => round.P50Microseconds);
            var p99 = result.Of(round => round.P99Microseconds);
            Row(
                result.Review.Title, $"{p50.Floor:N0}", $"{p50.Webhook:N0}", Ratio(p50), $"{p99.Floor:N0}", $"{p99.Webhook:N0}", Ratio(p99));
        }

        Table("Allocation", "review", "floor, bytes/review", "webhook, bytes/review", "ratio");
        foreach (var result in cases)
        {
            var bytes = result.Of(round => round.AllocatedBytes);
            Row(result.Review.Title, $"{bytes.Floor:N0}", $"{bytes.Webhook:N0}", Ratio(bytes));
        }
    }

    private void WriteMemory(IReadOnlyList<MemoryResult> results)
    {
        if (results.Count == 0)
        {
            return;
        }

        Table(
            $"Memory after {results[0].Reviews:N0} reviews of 4 KB", "server runs on",
            "floor, MiB", "webhook, MiB", "ratio", "floor, peak MiB", "webhook, peak MiB", "ratio");
        foreach (var (placement, _, floor, webhook) in results)
        {
            Row(
                NameOf(placement),
                MiB(floor.Resident), MiB(webhook.Resident), $"**{(double)webhook.Resident / floor.Resident:F2}**",
                MiB(floor.Peak), MiB(webhook.Peak), $"**{(double)webhook.Peak / floor.Peak:F2}**");
        }
    }

    private void WriteMethod(Results results)
    {
        Line("\n### How each figure is measured\n");
        Line("* reviews/s: reviews answered with 2xx, by the load generator's clock. Any other answer or a socket error fails the run.");
        Line("* p50, p99: from sending to the whole answer, as the load generator sees it with all connections busy: mostly waiting in line.");
        Line("* CPU µs/review: utime + stime of /proc/PID/stat over the round, per review. Other work on the core moves it less than the clock.");
        Line("* bytes/review: GC.GetTotalAllocatedBytes over the round, per review, through a startup hook that sleeps meanwhile.");
        Line("* memory: VmRSS and VmHWM of /proc/PID/status at the end of the load, in a fresh process without that hook.");

        var rounds = results.Cases.SelectMany(result => result.Pairs).SelectMany(pair => new[] { pair.Floor, pair.Webhook }).ToList();
        Line($"* the server kept its core {rounds.Min(round => round.BusyShare):P0} to {rounds.Max(round => round.BusyShare):P0} busy. "
            + "Well below 100 %, something else held it up, and CPU time is the figure to read.");
        var disturbances = rounds.Select(round => round.Disturbance).OfType<double>().ToList();
        if (disturbances.Count > 0)
        {
            Line($"* disturbance: other work took {Comparison.Median(disturbances):P1} of the server's or the load generator's core (median), "
                + $"{disturbances.Max():P1} in the worst round that counts. "
                + $"Pairs of rounds above {Disturbance.Limit:P0} are repeated; {results.Cases.Sum(result => result.Dropped)} were dropped.");
        }

        if (results.Cases.Any(result => result.IsDisturbed))
        {
            Line("* **the machine was too busy with other things for the times to count; repeat the run on a quiet one.**");
        }
    }

    private void WriteVerdicts(Results results)
    {
        Line("\n### Against the budget\n");
        foreach (var verdict in Budget.Judge(results))
        {
            Line($"* {Word(verdict.Outcome)}: {verdict.Text}");
        }
    }

    private void Table(string heading, params string[] columns)
    {
        Line($"\n### {heading}\n");
        Row(columns);
        Row([.. columns.Select(_ => "---")]);
    }

    private void Row(params string[] cells) => Line($"| {string.Join(" | ", cells)} |");

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string Ratio(Comparison comparison) =>
        $"**{comparison.Ratio:F2}** ({comparison.LowestRatio:F2} to {comparison.HighestRatio:F2})";

    private static string MiB(long bytes) => $"{bytes / 1048576.0:N1}";

    private static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Met => "met",
        Outcome.NotJudged => "**not judged, the machine was too busy**",
        Outcome.GoalMissed => "**required met, goal missed**",
        _ => "**MISSED**",
    };
}
