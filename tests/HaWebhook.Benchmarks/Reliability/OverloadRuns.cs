using System.Diagnostics;

namespace HaWebhook.Benchmarks.Reliability;

/// <param name="Webhook">Path of ha-webhook.dll.</param>
/// <param name="Factor">How many times its capacity the server is asked for.</param>
/// <param name="Connections">Connections that are kept; one review is in flight on each at most.</param>
/// <param name="Duration">How long.</param>
/// <param name="Nice">How nice the server is to the process beside it: 13 leaves it a twentieth of the core.</param>
internal sealed record OverloadOptions(string Webhook, int Factor, int Connections, TimeSpan Duration, int Nice);

/// <param name="Title">Which reviews.</param>
/// <param name="Capacity">What the server decides a second when it is kept busy by few connections.</param>
/// <param name="Counts">What became of the reviews when there were too many.</param>
/// <param name="Recovery">How long after the end calls were as fast as before; null where that took longer than the limit.</param>
/// <param name="Memory">The server's memory then, and at its highest.</param>
internal sealed record OverloadCase(string Title, double Capacity, ReviewCounts Counts, TimeSpan? Recovery, Memory Memory);

/// <summary>Asks a server for more than it can do.</summary>
internal sealed class OverloadRuns(OverloadOptions options, Workplace place, Cores cores, TextWriter progress)
{
    /// <summary>Connections that keep it busy without waiting for one another long.</summary>
    private const int Few = 16;

    /// <summary>So many quick answers one after the other are a recovery.</summary>
    private const int QuickAnswers = 20;

    private static readonly TimeSpan _capacityTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _quick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _recoveryLimit = TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<OverloadCase>> RunAsync(CancellationToken cancellationToken) =>
    [
        await RunAsync("a few KB", TestReview.Small, cancellationToken),
        await RunAsync("1 MB", [TestReview.Large(1 << 20, isAllowed: true), TestReview.Large(1 << 20, isAllowed: false)], cancellationToken),
    ];

    private async Task<OverloadCase> RunAsync(string title, IReadOnlyList<TestReview> reviews, CancellationToken cancellationToken)
    {
        using var server = await ServerProcess.StartAsync(
            ServerProgram.Webhook(options.Webhook), [.. cores.PrefixFor(Placement.OneCore), "nice", "-n", $"{options.Nice}"], place, withProbe: false, cancellationToken);
        using (var few = new ReviewLoad(server, place.Certificate, Few, reviews))
        {
            // Warm, on all of the core.
            await few.KeepBusyAsync(_capacityTime, cancellationToken);
        }

        using var greedy = Process.Start(new ProcessStartInfo("taskset", ["--cpu-list", $"{cores.ServerCore}", "/bin/sh", "-c", "while :; do :; done"]))
            ?? throw new InvalidOperationException("taskset did not start.");
        try
        {
            double capacity;
            using (var few = new ReviewLoad(server, place.Certificate, Few, reviews))
            {
                await few.OpenAsync(cancellationToken);
                var counts = await few.KeepBusyAsync(_capacityTime, cancellationToken);
                capacity = counts.PerSecond(counts.Right);
            }

            progress.WriteLine($"{title}: {capacity:N0} reviews/s are what it can do");
            using var load = new ReviewLoad(server, place.Certificate, options.Connections, reviews);
            await load.OpenAsync(cancellationToken);
            var result = await load.PaceAsync(options.Factor * capacity, options.Duration, cancellationToken);
            var recovery = await RecoverAsync(server, result.Ended, cancellationToken);
            progress.WriteLine($"{title}: of {result.PerSecond(result.Wanted):N0}/s wanted and {result.PerSecond(result.Sent):N0}/s sent {result.PerSecond(result.Right):N0}/s were decided "
                + $"(p99 {result.Milliseconds(0.99):N0} ms), {result.PerSecond(result.Refused):N0}/s refused; {result.Wrong} wrong, {result.Failed} failed; "
                + $"recovered after {recovery?.TotalSeconds:N1} s");
            return new(title, capacity, result, recovery, server.ReadMemory());
        }
        finally
        {
            greedy.Kill();
            greedy.WaitForExit();
        }
    }

    private async Task<TimeSpan?> RecoverAsync(ServerProcess server, long start, CancellationToken cancellationToken)
    {
        using var connection = new ReviewConnection(server, place.Certificate);
        var (quick, since) = (0, TimeSpan.Zero);
        while (Stopwatch.GetElapsedTime(start) < _recoveryLimit)
        {
            var sent = Stopwatch.GetTimestamp();
            var (outcome, _) = await connection.SendAsync(TestReview.Small[0]);
            quick = outcome == Outcome.Right && Stopwatch.GetElapsedTime(sent) < _quick ? quick + 1 : 0;
            since = quick == 1 ? Stopwatch.GetElapsedTime(start) : since;
            if (quick == QuickAnswers)
            {
                return since;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }

        return null;
    }
}
