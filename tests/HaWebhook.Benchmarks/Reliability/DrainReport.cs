using System.Text;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>What rolls cost, as Markdown.</summary>
internal static class DrainReport
{
    public static string Write(DrainOptions options, IReadOnlyList<DrainCase> cases)
    {
        var text = new StringBuilder();
        text.Append("Conditions: processes of `ha-webhook serve` on loopback, TLS, the API server double in the measuring process, failure policy Fail. ");
        text.Append($"Load: Deployments created by dry run through the double, each asking `/mutate` and `/validate`, {options.Rate} reviews/s, open loop ");
        text.Append($"with at most {SteadyWrites.MostOpen} writes under way, one of four to be denied. Each roll: a new replica becomes ready and an endpoint, one of the two old ones gets SIGTERM, and is no endpoint ");
        text.Append($"any more 1 s later (with the pre-stop sleep: SIGTERM 2 s after that). `--drain-time {options.DrainTime}`. ");
        text.Append($"Idle connections: {options.Connections} are opened before each roll, of which the double keeps 25 for each webhook, and one review comes each second, ");
        text.Append($"and half a second after SIGTERM {DrainRuns.Burst} writes at one time: fewer than connections are kept, so that some stay idle to the end. ");
        text.Append("Plain Kestrel is the floor of [performance.md](performance.md): the same server without what HaWebhook adds.\n\n");
        text.Append("| | rolls | calls | calls/s | failed calls | failed writes | wrong verdicts | writes not sent | rolls with failures | sent on by 503 | p99 ms | longest ms | idle at SIGTERM | ended after s |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var row in cases)
        {
            var counts = row.Counts;
            text.Append($"| {row.Way.Title} | {row.Way.Rolls} | {counts.Calls:N0} | {row.ReviewsPerSecond:N1} | **{counts.FailedCalls:N0}** | {counts.FailedWrites:N0} ");
            text.Append($"| {counts.WrongVerdicts:N0} | {counts.NotSent:N0} | {row.LossyRolls} | {counts.AskedAgain:N0} | {row.P99Milliseconds:N1} | {counts.Longest.TotalMilliseconds:N0} ");
            text.Append($"| {row.Idle.Fewest} to {row.Idle.Most} | {row.Exit.Shortest.TotalSeconds:N1} to {row.Exit.Longest.TotalSeconds:N1} |\n");
        }

        foreach (var row in cases.Where(row => row.Reasons.Count > 0))
        {
            text.Append($"\nFailed, {row.Way.Title}: {string.Join("; ", row.Reasons.OrderByDescending(reason => reason.Value).Select(reason => $"{reason.Value} `{reason.Key}`"))}.\n");
        }

        return text.ToString();
    }

    public static IReadOnlyList<Requirement> Judge(DrainOptions options, IReadOnlyList<DrainCase> cases) =>
    [
        .. cases.Where(row => row.Way.IsDrained).Select(row => new Requirement(
            $"{row.Way.Title}: no failed call, no failed write, no wrong verdict, each replica ends with exit code 0",
            row.Counts is { FailedCalls: 0, FailedWrites: 0, WrongVerdicts: 0 } && row.BadExits == 0,
            $"{row.Counts.FailedCalls}, {row.Counts.FailedWrites}, {row.Counts.WrongVerdicts}; {row.BadExits} other exit codes")),
        .. cases.Where(row => !row.Way.IsIdle && row.Way.IsDrained).Select(row => new Requirement(
            $"{row.Way.Title}: at least {options.Rate} reviews/s", row.ReviewsPerSecond >= options.Rate, $"{row.ReviewsPerSecond:N0}/s")),
        .. cases.Where(row => !row.Way.IsDrained && row.Way.SignalAfter == TimeSpan.Zero).Select(row => new Requirement(
            $"{row.Way.Title}: some calls fail, so the test can", row.Counts.FailedCalls > 0, $"{row.Counts.FailedCalls} failed")),
    ];
}
