namespace HaWebhook.Benchmarks.Reliability;

/// <param name="Webhook">Path of ha-webhook.dll.</param>
/// <param name="Bad">Bad connections that are wanted all the time.</param>
/// <param name="Rate">Calls a second of the steady load.</param>
/// <param name="Duration">How long with each kind of them.</param>
internal sealed record ConnectionsOptions(string Webhook, int Bad, int Rate, TimeSpan Duration);

/// <param name="Title">Which bad connections.</param>
/// <param name="Counts">What became of the steady load.</param>
/// <param name="Open">Bad connections that were open at the end.</param>
/// <param name="Closed">How many the server had closed by then, and how long it bore them on average.</param>
/// <param name="Refused">How many could not be made.</param>
/// <param name="Memory">The server's memory at the end, and at its highest.</param>
internal sealed record ConnectionsCase(
    string Title, ReviewCounts Counts, int Open, (long Count, TimeSpan Average) Closed, int Refused, Memory Memory);

/// <summary>Holds bad connections beside a steady load, each kind beside a server of its own.</summary>
internal sealed class ConnectionsRuns(ConnectionsOptions options, Workplace place, TextWriter progress)
{
    /// <summary>Calls of the steady load under way at most, each on a connection of its own; most of the time a few are enough.</summary>
    public const int Steady = 64;

    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(5);

    /// <summary>The bad connections of a case come, and the steady load is not counted yet.</summary>
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<ConnectionsCase>> RunAsync(CancellationToken cancellationToken)
    {
        var (all, passing) = (options.Bad, options.Bad / 40);
        (string Title, (BadConnection Kind, int Count)[] Kinds)[] attacks =
        [
            ("none", []),
            ("TCP, never a byte", [(BadConnection.Silent, all)]),
            ("TCP, the start of a handshake", [(BadConnection.HalfShaken, all)]),
            ("TLS, never a request", [(BadConnection.Idle, all)]),
            ("headers of a byte a second", [(BadConnection.SlowHeaders, all)]),
            ("bodies of a byte a second", [(BadConnection.SlowBody, all)]),
            ("bodies of 33 to 300 KiB, stuck at 32 KiB", [(BadConnection.StuckBody, all)]),
            ("bodies of 48 MiB, stuck at 32 KiB", [(BadConnection.StuckLargeBody, all)]),
            ("one good review, then idle", [(BadConnection.Proven, all)]),
            ("new ones all the time, for a second each", [(BadConnection.Passing, passing)]),
            ("all of these together", [.. Enum.GetValues<BadConnection>().Select(kind => (kind, kind == BadConnection.Passing ? passing : all / 8))]),
        ];
        var cases = new List<ConnectionsCase>();
        foreach (var (title, kinds) in attacks)
        {
            cases.Add(await RunAsync(title, kinds, cancellationToken));
        }

        return cases;
    }

    private async Task<ConnectionsCase> RunAsync(string title, (BadConnection Kind, int Count)[] kinds, CancellationToken cancellationToken)
    {
        using var server = await ServerProcess.StartAsync(ServerProgram.Webhook(options.Webhook), [], place, withProbe: false, cancellationToken);
        using var load = new ReviewLoad(server, place.Certificate, Steady, TestReview.Mixed);
        await load.OpenAsync(cancellationToken);
        await load.PaceAsync(options.Rate, _warmUp, isCutOff: false, cancellationToken);
        await using var connections = new BadConnections(server.Address.Port, kinds);
        await load.PaceAsync(options.Rate, _settling, isCutOff: false, cancellationToken);
        var counts = await load.PaceAsync(options.Rate, options.Duration, isCutOff: false, cancellationToken);
        var result = new ConnectionsCase(title, counts, connections.Open, connections.Closed, connections.Refused, server.ReadMemory());
        progress.WriteLine($"{title}: {result.Open} open, p99 {counts.Decided.Percentile(0.99) / 1000:N1} ms; {counts.Made:N0} calls, {counts.Wanted - counts.Made} not made, "
            + $"{counts.Failed + counts.Unanswered} failed, {counts.GivenUp} given up, {counts.Refusals} refusals, {counts.Wrong} wrong; {result.Memory.Peak >> 20} MiB");
        return result;
    }
}
