using System.Diagnostics;

namespace HaWebhook.Benchmarks.Reliability;

/// <param name="Webhook">Path of ha-webhook.dll.</param>
/// <param name="Rolls">Rolls of each way that may lose nothing.</param>
/// <param name="PlainRolls">Rolls of each way that shows what is lost otherwise.</param>
/// <param name="Rate">Reviews a second at least.</param>
/// <param name="DrainTime">The replicas' <c>--drain-time</c>, such as <c>5s</c>.</param>
/// <param name="Connections">Connections that are opened before each roll with idle pools.</param>
internal sealed record DrainOptions(string Webhook, int Rolls, int PlainRolls, int Rate, string DrainTime, int Connections);

/// <summary>A way to replace a replica.</summary>
/// <param name="Title">What it is, for the report.</param>
/// <param name="Rolls">How often.</param>
/// <param name="SignalAfter">When the old replica gets SIGTERM, after its end has been decided.</param>
/// <param name="RemoveAfter">When its endpoint goes.</param>
/// <param name="IsIdle">Whether nearly all connections are idle; else there is a load.</param>
/// <param name="IsDrained">Whether it is HaWebhook that ends, and nothing may be lost; else it is a server that does nothing of its own to end well.</param>
internal sealed record DrainWay(string Title, int Rolls, TimeSpan SignalAfter, TimeSpan RemoveAfter, bool IsIdle, bool IsDrained);

/// <param name="Way">The way.</param>
/// <param name="Counts">What became of the calls, all rolls together.</param>
/// <param name="LossyRolls">Rolls in which a call failed.</param>
/// <param name="ReviewsPerSecond">Calls a second.</param>
/// <param name="P99Milliseconds">The 99th percentile of what a call took.</param>
/// <param name="Idle">Connections that were idle when the old replica got SIGTERM: the fewest and the most.</param>
/// <param name="Exit">How long the old replica took to end from SIGTERM on: the shortest and the longest.</param>
/// <param name="BadExits">Replicas that ended with another exit code than 0.</param>
/// <param name="Reasons">Why calls failed, and how many of each.</param>
internal sealed record DrainCase(
    DrainWay Way, CallTally.Counts Counts, int LossyRolls, double ReviewsPerSecond, double P99Milliseconds,
    (int Fewest, int Most) Idle, (TimeSpan Shortest, TimeSpan Longest) Exit, int BadExits, IReadOnlyDictionary<string, int> Reasons);

/// <summary>Replaces one of two replicas again and again, and counts the calls that fail.</summary>
internal sealed class DrainRuns(DrainOptions options, Workplace place, TextWriter progress)
{
    /// <summary>Writes at one time, each with a connection of its own.</summary>
    private const int Together = 24;

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);
    /// <summary>With idle connections: so many writes come at one time after SIGTERM, fewer than a pool keeps connections, so that some stay idle to the end.</summary>
    public const int Burst = 20;

    private static readonly TimeSpan _burstAfter = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _exitLimit = TimeSpan.FromMinutes(2);

    /// <summary>Runs every way, two at a time.</summary>
    public async Task<IReadOnlyList<DrainCase>> RunAsync(CancellationToken cancellationToken)
    {
        DrainWay[] ways =
        [
            new("under load", options.Rolls, TimeSpan.Zero, _second, IsIdle: false, IsDrained: true),
            new("idle connections", options.Rolls, TimeSpan.Zero, _second, IsIdle: true, IsDrained: true),
            new("plain Kestrel, SIGTERM at once, under load", options.PlainRolls, TimeSpan.Zero, _second, IsIdle: false, IsDrained: false),
            new("plain Kestrel, SIGTERM at once, idle connections", options.PlainRolls, TimeSpan.Zero, _second, IsIdle: true, IsDrained: false),
            new("plain Kestrel, pre-stop sleep of 3 s, under load", options.PlainRolls, 3 * _second, _second, IsIdle: false, IsDrained: false),
            new("plain Kestrel, pre-stop sleep of 3 s, idle connections", options.PlainRolls, 3 * _second, _second, IsIdle: true, IsDrained: false),
        ];
        var cases = new DrainCase[ways.Length];
        for (var pair = 0; pair < ways.Length; pair += 2)
        {
            var (first, second) = (pair, pair + 1);
            await Measurement.TogetherAsync(
                cancellationToken,
                async end => cases[first] = await RunAsync(ways[first], end),
                async end => cases[second] = await RunAsync(ways[second], end));
        }

        return cases;
    }

    private async Task<DrainCase> RunAsync(DrainWay way, CancellationToken cancellationToken)
    {
        await using var service = await ReplicatedService.StartAsync(place, kubeconfig => way.IsDrained
            ? ServerProgram.InCluster(options.Webhook, $"replica ({way.Title})", kubeconfig, "--drain-time", options.DrainTime)
            : ServerProgram.Floor($"replica ({way.Title})", options.Webhook));
        service.Register();
        await service.AddAsync(cancellationToken);
        await service.AddAsync(cancellationToken);
        var load = SteadyWrites.WritesForAtLeast(options.Rate);
        await using (new SteadyWrites(service.ApiServer, service.Tally, load, Together, way.IsDrained))
        {
            await Task.Delay(_settling, cancellationToken);
        }

        var tally = service.Tally = new CallTally();
        var perSecond = way.IsIdle ? SteadyWrites.WritesFor(1) : load;
        await using var writes = new SteadyWrites(service.ApiServer, tally, perSecond, way.IsIdle ? 1 : Together, way.IsDrained);
        var started = Stopwatch.GetTimestamp();
        var rolls = new List<Roll>();
        while (rolls.Count < way.Rolls)
        {
            rolls.Add(await RollAsync(service, writes, way, cancellationToken));
            progress.WriteLine($"{way.Title}, roll {rolls.Count} of {way.Rolls}: {rolls[^1].FailedCalls} of {rolls[^1].Calls:N0} calls failed, "
                + $"ended after {rolls[^1].Exit.TotalSeconds:N1} s with {rolls[^1].ExitCode}");
        }

        var counts = tally.Now;
        return new(
            way, counts, rolls.Count(roll => roll.FailedCalls > 0), counts.Calls / Stopwatch.GetElapsedTime(started).TotalSeconds, tally.Milliseconds(0.99),
            (rolls.Min(roll => roll.Idle), rolls.Max(roll => roll.Idle)), (rolls.Min(roll => roll.Exit), rolls.Max(roll => roll.Exit)),
            rolls.Count(roll => roll.ExitCode != 0), tally.Reasons);
    }

    private async Task<Roll> RollAsync(ReplicatedService service, SteadyWrites writes, DrainWay way, CancellationToken cancellationToken)
    {
        var before = service.Tally.Now;
        if (way.IsIdle)
        {
            await writes.TogetherAsync(options.Connections);
        }

        var old = service.Replicas[0];
        await service.AddAsync(cancellationToken);
        var idle = service.ApiServer.IdleWebhookConnections;
        var exit = EndAsync(old, way.SignalAfter, cancellationToken);
        var burst = way.IsIdle ? BurstAsync(writes, way.SignalAfter + _burstAfter, cancellationToken) : Task.CompletedTask;
        await Task.Delay(way.RemoveAfter, cancellationToken);
        service.Leave(old);
        var (took, code) = await exit;
        await burst;
        service.Forget(old);

        // What goes wrong as the process ends is noticed a moment later.
        await Task.Delay(_second / 2, cancellationToken);
        var after = service.Tally.Now;
        return new(after.Calls - before.Calls, after.FailedCalls - before.FailedCalls, idle, took, code);
    }

    private static async Task BurstAsync(SteadyWrites writes, TimeSpan after, CancellationToken cancellationToken)
    {
        await Task.Delay(after, cancellationToken);
        await writes.TogetherAsync(Burst);
    }

    private static async Task<(TimeSpan Took, int Code)> EndAsync(ServerProcess replica, TimeSpan after, CancellationToken cancellationToken)
    {
        await Task.Delay(after, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        replica.Signal("TERM");
        var code = await replica.WaitForExitAsync(_exitLimit, cancellationToken);
        return (Stopwatch.GetElapsedTime(start), code);
    }

    private sealed record Roll(long Calls, long FailedCalls, int Idle, TimeSpan Exit, int ExitCode);
}
