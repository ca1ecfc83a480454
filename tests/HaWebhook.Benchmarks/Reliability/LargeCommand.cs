using System.CommandLine;
using System.Diagnostics;
using System.Text;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary><c>large</c>: the largest reviews, several at a time.</summary>
internal static class LargeCommand
{
    public static Command Create(string[] args)
    {
        var megabytes = Commands.Positive("--megabytes", 16, "Size of a review");
        var together = Commands.Positive("--together", 8, "Reviews at a time");
        var reviews = Commands.Positive("--reviews", 200, "Reviews in all");
        var webhook = Commands.Webhook();
        var output = Commands.Output();
        var command = new Command("large", "Sends the largest reviews, several at a time.") { megabytes, together, reviews, webhook, output };
        command.SetAction(parsed => Measurement.RunAsync(async stop =>
        {
            var report = new Report(parsed.GetValue(output), "large", Commands.CommandLineOf(args));
            var path = parsed.GetRequiredValue(webhook);
            Commands.RequireFile(path);
            var (bytes, count) = (parsed.GetValue(megabytes) << 20, parsed.GetValue(reviews));
            TestReview[] sent = [TestReview.Large(bytes, isAllowed: true), TestReview.Large(bytes, isAllowed: false)];
            using var place = new Workplace();
            using var server = await ServerProcess.StartAsync(ServerProgram.Webhook(path), [], place, withProbe: false, stop);
            var (results, took) = await RunAsync(server, place, sent, parsed.GetValue(together), count, stop);
            return report.End(Write(sent[0].Request.Length, parsed.GetValue(together), results, took, server.ReadMemory()), Judge(results, server.ReadMemory()));
        }));
        return command;
    }

    private static async Task<(IReadOnlyList<ReviewCall> Results, TimeSpan Took)> RunAsync(
        ServerProcess server, Workplace place, TestReview[] reviews, int together, int count, CancellationToken cancellationToken)
    {
        var (results, next, start) = (new List<ReviewCall>(), 0, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, together).Select(async _ =>
        {
            using var connection = new ReviewConnection(server, place.Certificate);
            while (Interlocked.Increment(ref next) is var number && number <= count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var result = await connection.CallAsync(reviews[number % reviews.Length], () => { }, cancellationToken);
                lock (results)
                {
                    results.Add(result);
                    if (results.Count % 25 == 0)
                    {
                        Console.Error.WriteLine($"{results.Count} of {count} reviews, {server.ReadMemory().Resident >> 20} MiB");
                    }
                }
            }
        }));
        return (results, Stopwatch.GetElapsedTime(start));
    }

    private static string Write(int bytes, int together, IReadOnlyList<ReviewCall> results, TimeSpan took, Memory memory)
    {
        var times = new LatencyHistogram();
        foreach (var result in results)
        {
            times.Record(result.Took);
        }

        var text = new StringBuilder();
        text.Append("Conditions: `ha-webhook serve --no-cluster` with default limits, the sender on the same cores. ");
        text.Append($"Each review is an UPDATE of {bytes:N0} bytes: a Deployment whose arguments the API server writes in six bytes a character, before and after; ");
        text.Append($"{together} at a time, half of them to be denied. What is refused with 503 is sent again after the second that it asks for, as the API server does.\n\n");
        text.Append("| reviews | right | wrong | failed | refused at first | reviews/s | p50 ms | longest ms | peak memory MiB |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        text.Append($"| {results.Count} | {Count(results, Outcome.Right)} | {Count(results, Outcome.Wrong)} | {results.Count - Count(results, Outcome.Right) - Count(results, Outcome.Wrong)} | {results.Count(result => result.Refusals > 0)} ");
        text.Append($"| {results.Count / took.TotalSeconds:N1} | {times.Percentile(0.5) / 1000:N0} | {results.Max(result => result.Took).TotalMilliseconds:N0} | {memory.Peak >> 20} |\n");
        foreach (var reason in results.Where(result => result.Outcome is not Outcome.Right and not Outcome.Wrong).GroupBy(result => (result.Outcome, result.Why)))
        {
            text.Append($"\nFailed: {reason.Count()} {reason.Key.Outcome} {reason.Key.Why}.\n");
        }

        return text.ToString();
    }

    private static Requirement[] Judge(IReadOnlyList<ReviewCall> results, Memory memory) =>
    [
        new("every verdict right", Count(results, Outcome.Right) == results.Count, $"{Count(results, Outcome.Right)} of {results.Count}"),
        new($"at most {OverloadReport.MemoryLimit} MiB, the chart's limit", memory.Peak >> 20 <= OverloadReport.MemoryLimit, $"{memory.Peak >> 20} MiB"),
    ];

    private static int Count(IReadOnlyList<ReviewCall> results, Outcome outcome) => results.Count(result => result.Outcome == outcome);
}
