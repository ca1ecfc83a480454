using System.Text;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>What bad connections do to others, as Markdown.</summary>
internal static class ConnectionsReport
{
    /// <summary>How much more than without them the 99th percentile may be: twice, or so many milliseconds.</summary>
    private const double Factor = 2;

    private const double Slack = 10;

    public static string Write(ConnectionsOptions options, IReadOnlyList<ConnectionsCase> cases)
    {
        var text = new StringBuilder();
        text.Append("Conditions: `ha-webhook serve --no-cluster` with default limits, a new one for each line; everything on the same cores, so that making the bad ");
        text.Append($"connections takes time from the steady load, too. Steady load: {options.Rate} reviews/s, of forty two of 1 MB, four of 100 KB and the others of a few KB, open loop, ");
        text.Append($"at most {ConnectionsRuns.Steady} under way, begun before the others come; what is refused with 503 is sent again after the second that it asks for, as the API server does. ");
        text.Append($"{options.Bad:N0} bad connections are wanted all the time, at most 400 being made in a second; each is made again when the server has closed it. ");
        text.Append($"For {options.Duration.TotalSeconds:N0} s each. Lost is a call that fails, is given up after refusals, decided wrongly, or not made. The 99th percentile may be ");
        text.Append($"{Factor} times what it is beside none, or {Slack} ms more.\n\n");
        text.Append("| beside these | open at the end | closed by the server | after s, on average | could not be made ");
        text.Append("| calls | failed | given up after refusals | wrong | not made | refusals | p50 ms | p99 ms | longest ms | peak memory MiB |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var row in cases)
        {
            var counts = row.Counts;
            text.Append($"| {row.Title} | {row.Open:N0} | {row.Closed.Count:N0} | {(row.Closed.Count == 0 ? "" : $"{row.Closed.Average.TotalSeconds:N1}")} | {row.Refused:N0} ");
            text.Append($"| {counts.Made:N0} | **{counts.Failed + counts.Unanswered:N0}** | {counts.GivenUp:N0} | {counts.Wrong} | {counts.Wanted - counts.Made:N0} | {counts.Refusals:N0} ");
            text.Append($"| {Milliseconds(counts, 0.5):N1} | {Milliseconds(counts, 0.99):N1} | {counts.Longest.TotalMilliseconds:N0} | {row.Memory.Peak >> 20} |\n");
        }

        foreach (var row in cases.Where(row => row.Counts.Reasons.Count > 0))
        {
            text.Append($"\nFailed, beside {row.Title}: {string.Join("; ", row.Counts.Reasons.Select(reason => $"{reason.Value} `{reason.Key}`"))}.\n");
        }

        return text.ToString();
    }

    public static IReadOnlyList<Requirement> Judge(IReadOnlyList<ConnectionsCase> cases)
    {
        var without = Milliseconds(cases[0].Counts, 0.99);
        var limit = Math.Max(without * Factor, without + Slack);
        return
        [
            .. cases.Skip(1).Select(row => new Requirement(
                $"beside {row.Title}: no call is lost, and the 99th percentile at most {limit:N1} ms",
                Lost(row.Counts) == 0 && Milliseconds(row.Counts, 0.99) <= limit,
                $"{Lost(row.Counts)} lost, {Milliseconds(row.Counts, 0.99):N1} ms")),
            new($"at most {OverloadReport.MemoryLimit} MiB, the chart's limit", cases.All(row => row.Memory.Peak >> 20 <= OverloadReport.MemoryLimit),
                $"{cases.Max(row => row.Memory.Peak) >> 20} MiB"),
        ];
    }

    private static long Lost(ReviewCounts counts) => counts.Failed + counts.Unanswered + counts.GivenUp + counts.Wrong + counts.Wanted - counts.Made;

    private static double Milliseconds(ReviewCounts counts, double share) => counts.Decided.Percentile(share) / 1000;
}
