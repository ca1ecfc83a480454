using System.CommandLine;
using System.Text;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary><c>overload</c>: what becomes of reviews when there are too many?</summary>
internal static class OverloadCommand
{
    /// <summary>What the chart allows a replica, in MiB.</summary>
    public const int MemoryLimit = 512;

    /// <summary>How long it may take to be as before, in seconds.</summary>
    private const int RecoveryLimit = 5;

    public static Command Create(string[] args)
    {
        var factor = Commands.Positive("--factor", 5, "How many times its capacity the server is asked for");
        var connections = Commands.Positive("--connections", 600, "Connections, each with a review in flight at most: what an API server has in flight by default");
        var seconds = Commands.Positive("--seconds", 20, "How long, for each kind of reviews");
        var nice = Commands.Positive("--nice", 13, "How nice the server is to a process that takes all of its core");
        var webhook = Commands.Webhook();
        var output = Commands.Output();
        var command = new Command("overload", "Asks the server for more than it can do.") { factor, connections, seconds, nice, webhook, output };
        command.SetAction(parsed =>
        {
            var options = new OverloadOptions(
                parsed.GetRequiredValue(webhook), parsed.GetValue(factor), parsed.GetValue(connections), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(nice));
            return Measurement.RunAsync(async stop =>
            {
                var report = new Report(parsed.GetValue(output), "overload", Commands.CommandLineOf(args));
                Commands.RequireFile(options.Webhook);
                var cores = Cores.Pin();
                if (!cores.IsPinned)
                {
                    throw new InvalidOperationException("overload needs taskset and two cores: the load must not take from the server what it is to lack.");
                }

                using var place = new Workplace();
                var cases = await new OverloadRuns(options, place, cores, Console.Error).RunAsync(stop);
                return report.End(Write(options, cases), Judge(cases));
            });
        });
        return command;
    }

    private static string Write(OverloadOptions options, IReadOnlyList<OverloadCase> cases)
    {
        var text = new StringBuilder();
        text.Append($"Conditions: `ha-webhook serve --no-cluster` with default limits, `nice -n {options.Nice}` on a core beside a process that takes all it can get, ");
        text.Append("so that a load generator on the other core can ask for many times what the server can do. ");
        text.Append($"Capacity is what it decides when 16 connections keep it busy. Then, for {options.Duration.TotalSeconds:N0} s, {options.Factor} times that is wanted, ");
        text.Append($"open loop, over {options.Connections} connections; what finds none of them free is not sent, as an API server's own limit of requests in flight ");
        text.Append("would have it. No review is sent again. Some are to be allowed and some to be denied.\n\n");
        text.Append("| reviews | capacity/s | wanted/s | sent/s | decided/s | refused/s | wrong | failed | decided: p50 ms | p99 ms | longest ms | peak memory MiB | recovered after s |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var row in cases)
        {
            var counts = row.Counts;
            text.Append($"| {row.Title} | {row.Capacity:N0} | {counts.PerSecond(counts.Wanted):N0} | {counts.PerSecond(counts.Sent):N0} | {counts.PerSecond(counts.Right):N0} ");
            text.Append($"| {counts.PerSecond(counts.Refused):N0} | {counts.Wrong} | {counts.Failed} | {counts.Milliseconds(0.5):N0} | {counts.Milliseconds(0.99):N0} ");
            text.Append($"| {counts.Longest.TotalMilliseconds:N0} | {row.Memory.Peak >> 20} | {(row.Recovery is { } time ? $"{time.TotalSeconds:N1}" : "never")} |\n");
        }

        foreach (var row in cases.Where(row => row.Counts.Failed > 0))
        {
            text.Append($"\nFailed, {row.Title}: {string.Join("; ", row.Counts.Reasons.Select(reason => $"{reason.Value} `{reason.Key}`"))}.\n");
        }

        return text.ToString();
    }

    private static IReadOnlyList<Requirement> Judge(IReadOnlyList<OverloadCase> cases) =>
    [
        .. cases.SelectMany(row => (Requirement[])
        [
            new($"{row.Title}: whatever is not decided is refused with 503 and Retry-After: 1, nothing else", row.Counts.Failed == 0, $"{row.Counts.Failed} others"),
            new($"{row.Title}: no wrong verdict", row.Counts.Wrong == 0, $"{row.Counts.Wrong}"),
            new($"{row.Title}: decided within the timeout of 10 s", row.Counts.Longest < TestReview.Timeout, $"longest {row.Counts.Longest.TotalSeconds:N1} s"),
            new($"{row.Title}: at most {MemoryLimit} MiB, the chart's limit", row.Memory.Peak >> 20 <= MemoryLimit, $"{row.Memory.Peak >> 20} MiB"),
            new($"{row.Title}: recovered within {RecoveryLimit} s", row.Recovery?.TotalSeconds <= RecoveryLimit, row.Recovery is { } time ? $"{time.TotalSeconds:N1} s" : "never"),
        ]),
    ];
}
