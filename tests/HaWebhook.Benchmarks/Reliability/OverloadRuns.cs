using System.Diagnostics;
using HaWebhook.ApiServer;

namespace HaWebhook.Benchmarks.Reliability;

/// <param name="Webhook">Path of ha-webhook.dll.</param>
/// <param name="Factor">How many times its capacity the server is asked for.</param>
/// <param name="InFlight">Calls under way at most, each on a connection of its own.</param>
/// <param name="Duration">How long.</param>
/// <param name="Share">How much of its core the server has, in percent.</param>
/// <param name="Timeouts">How long calls may take, in seconds: all kinds of reviews with each of them.</param>
internal sealed record OverloadOptions(string Webhook, int Factor, int InFlight, TimeSpan Duration, int Share, IReadOnlyList<int> Timeouts);

/// <summary>What the server has too little of.</summary>
/// <param name="Title">Which reviews.</param>
/// <param name="Reviews">The reviews.</param>
/// <param name="Timeout">How long a call may take.</param>
/// <param name="WaitsForCluster">Whether each review waits for the API server; else the processor is what is scarce.</param>
internal sealed record OverloadKind(string Title, IReadOnlyList<TestReview> Reviews, TimeSpan Timeout, bool WaitsForCluster)
{
    public string FullTitle => $"{Title}, {Timeout.TotalSeconds:N0} s";
}

/// <param name="Kind">Which reviews.</param>
/// <param name="Capacity">What the server decides a second when it is kept busy by few connections.</param>
/// <param name="Cores">How many cores the server used for that, and how many when there were too many: where it used less then, the load was too slow.</param>
/// <param name="UsualP99">The 99th percentile at half of that, in milliseconds.</param>
/// <param name="Counts">What became of the calls when there were too many.</param>
/// <param name="Recovery">How long after the end calls were as before; null where that took longer than the limit.</param>
/// <param name="Memory">The server's memory then, and at its highest.</param>
internal sealed record OverloadCase(
    OverloadKind Kind, double Capacity, (double Before, double Then) Cores, double UsualP99, ReviewCounts Counts, TimeSpan? Recovery, Memory Memory);

/// <summary>Asks a server for more than it can do.</summary>
internal sealed class OverloadRuns(OverloadOptions options, Workplace place, Cores cores, TextWriter progress)
{
    /// <summary>Connections that keep it busy without waiting for one another long.</summary>
    public const int Few = 32;

    /// <summary>The same where most of the time goes in waiting for the API server.</summary>
    public const int FewThatWait = 128;

    /// <summary>Calls a second at most where half of the capacity is asked for: enough for a percentile.</summary>
    private const double MostUsual = 200;

    private static readonly TimeSpan _capacityTime = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan _recoveryLimit = TimeSpan.FromSeconds(15);

    /// <summary>So long all must have been as before, to be a recovery.</summary>
    private static readonly TimeSpan _calm = TimeSpan.FromSeconds(1);

    /// <summary>What the API server takes for each look of the webhook.</summary>
    public static TimeSpan LookTime { get; } = TimeSpan.FromMilliseconds(200);

    public async Task<IReadOnlyList<OverloadCase>> RunAsync(CancellationToken cancellationToken)
    {
        var cases = new List<OverloadCase>();
        foreach (var timeout in options.Timeouts.Select(seconds => TimeSpan.FromSeconds(seconds)))
        {
            OverloadKind[] kinds =
            [
                new("a few KB", TestReview.Small, timeout, false),
                new("a few KB, 100 KB and 1 MB", TestReview.Mixed, timeout, false),
                new("1 MB", [TestReview.Large(1 << 20, isAllowed: true), TestReview.Large(1 << 20, isAllowed: false)], timeout, false),
                new("a few KB, looked up", [TestReview.Scale], timeout, true),
            ];
            foreach (var kind in kinds)
            {
                cases.Add(await RunAsync(kind with { Reviews = [.. kind.Reviews.Select(review => review.Within(timeout))] }, cancellationToken));
            }
        }

        return cases;
    }

    private async Task<OverloadCase> RunAsync(OverloadKind kind, CancellationToken cancellationToken)
    {
        await using var cluster = kind.WaitsForCluster ? await TestApiServer.StartAsync() : null;
        using var server = await StartAsync(cluster, cancellationToken);
        using var few = new ReviewLoad(server, place.Certificate, kind.WaitsForCluster ? FewThatWait : Few, kind.Reviews);
        await few.OpenAsync(cancellationToken);
        var warm = await few.KeepBusyAsync(_capacityTime, cancellationToken);
        cluster?.Faults.Delay = LookTime;
        using var throttle = kind.WaitsForCluster ? null : StartThrottle(server);
        try
        {
            var busy = server.ProcessorTime;
            var alone = await few.KeepBusyAsync(_capacityTime, cancellationToken);
            var capacity = alone.PerSecond(alone.Right);
            var before = (server.ProcessorTime - busy) / alone.Duration;
            var usualRate = Math.Min(capacity / 2, MostUsual);
            var usual = (await few.PaceAsync(usualRate, _capacityTime, isCutOff: false, cancellationToken)).Decided.Percentile(0.99) / 1000;
            progress.WriteLine($"{kind.FullTitle}: {warm.PerSecond(warm.Right):N0} reviews/s with all of the core, {capacity:N0} are what it can do; at half of that p99 {usual:N0} ms");

            using var load = new ReviewLoad(server, place.Certificate, options.InFlight, kind.Reviews);
            await load.OpenAsync(cancellationToken);
            busy = server.ProcessorTime;
            var counts = await load.PaceAsync(options.Factor * capacity, options.Duration, isCutOff: true, cancellationToken);
            var then = (server.ProcessorTime - busy) / counts.Duration;
            var recovery = await RecoverAsync(server, kind, usualRate, usual, cancellationToken);
            progress.WriteLine($"{kind.FullTitle}: of {counts.PerSecond(counts.Wanted):N0}/s wanted and {counts.PerSecond(counts.Made):N0}/s made "
                + $"{counts.PerSecond(counts.Right):N0}/s were decided on {then:N2} cores, of {before:N2} before (accepted p99 {counts.Accepted.Percentile(0.99) / 1000:N0} ms), {counts.PerSecond(counts.Refusals):N0}/s refused; "
                + $"{counts.Wrong} wrong, {counts.Unanswered} unanswered, {counts.Failed} failed; recovered after {recovery?.TotalSeconds:N1} s, {server.ReadMemory().Peak >> 20} MiB");
            return new(kind, capacity, (before, then), usual, counts, recovery, server.ReadMemory());
        }
        finally
        {
            throttle?.Kill();
            throttle?.WaitForExit();
        }
    }

    private async Task<ServerProcess> StartAsync(TestApiServer? cluster, CancellationToken cancellationToken)
    {
        var prefix = cores.PrefixFor(Placement.OneCore);
        if (cluster is null)
        {
            return await ServerProcess.StartAsync(ServerProgram.Webhook(options.Webhook), prefix, place, withProbe: false, cancellationToken);
        }

        cluster.AddNamespace(TestReview.ScaleNamespace);
        var kubeconfig = place.NewFile("kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, cluster.Kubeconfig(), cancellationToken);
        var server = await ServerProcess.StartAsync(
            ServerProgram.InCluster(options.Webhook, "webhook in a cluster", kubeconfig), prefix, place, withProbe: false, cancellationToken);
        await server.WaitUntilReadyAsync(cancellationToken);
        return server;
    }

    /// <summary>
    /// Lets a server run for a part of each tenth of a second, as the kernel does with a container that has a CPU limit. On the server's core: on the other the load
    /// would keep it waiting, and with it the server.
    /// </summary>
    private Process StartThrottle(ServerProcess server)
    {
        const int Period = 100;
        var (on, off) = (options.Share * Period / 100, Period - (options.Share * Period / 100));
        var loop = $"while kill -s STOP {server.Id} && sleep 0.{off:D3} && kill -s CONT {server.Id}; do sleep 0.{on:D3}; done 2>/dev/null";
        return Process.Start("taskset", ["--cpu-list", $"{cores.ServerCore}", "/bin/sh", "-c", loop]);
    }

    /// <summary>Asks for half of the capacity on new connections, from the moment at which the others are gone.</summary>
    /// <returns>The start of the first calm second: nothing refused, and the 99th percentile at most twice the usual one or 100 ms more.</returns>
    private async Task<TimeSpan?> RecoverAsync(ServerProcess server, OverloadKind kind, double rate, double usual, CancellationToken cancellationToken)
    {
        var (start, calls) = (Stopwatch.GetTimestamp(), new List<(TimeSpan At, ReviewCall Call)>());
        using var load = new ReviewLoad(server, place.Certificate, options.InFlight, kind.Reviews)
        {
            Ended = (began, call) =>
            {
                lock (calls)
                {
                    calls.Add((Stopwatch.GetElapsedTime(start, began), call));
                }
            },
        };
        await load.PaceAsync(rate, _recoveryLimit, isCutOff: false, cancellationToken);
        var limit = TimeSpan.FromMilliseconds(Math.Max(2 * usual, usual + 100));
        var bad = calls.Where(call => call.Call.Outcome != Outcome.Right || call.Call.Refusals > 0).Select(call => call.At).ToList();
        return calls.Select(call => call.At).Order().Cast<TimeSpan?>().FirstOrDefault(from => from + _calm <= _recoveryLimit && IsCalm(from!.Value));

        bool IsCalm(TimeSpan from)
        {
            var within = calls.Where(call => call.At >= from && call.At < from + _calm).ToList();
            return !bad.Exists(at => at >= from) && within.Count(call => call.Call.Took > limit) <= within.Count / 100;
        }
    }
}
