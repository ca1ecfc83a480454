using System.Diagnostics;

namespace HaWebhook.Benchmarks.Reliability;

/// <param name="Webhook">Path of ha-webhook.dll.</param>
/// <param name="Replicas">Replicas during the rotation.</param>
/// <param name="Rate">Reviews a second at least, meanwhile.</param>
/// <param name="AuthorityLifetime">The replicas' <c>--ca-lifetime</c>.</param>
/// <param name="CertificateLifetime">The replicas' <c>--certificate-lifetime</c>.</param>
/// <param name="Propagation">The replicas' <c>--ca-propagation</c>.</param>
internal sealed record RotationOptions(
    string Webhook, int Replicas, int Rate, string AuthorityLifetime, string CertificateLifetime, string Propagation)
{
    /// <summary>A replica with a certificate of its own.</summary>
    public ServerProgram Program(string name, string kubeconfig, params ReadOnlySpan<string> more)
    {
        var program = ServerProgram.InCluster(
            Webhook, name, kubeconfig,
            ["--certificates", "self-managed", "--service", ReplicatedService.Name, "--namespace", ReplicatedService.Name, .. more]);
        return program with { IsGivenCertificate = false };
    }
}

/// <param name="Counts">What became of the calls.</param>
/// <param name="Reasons">Why calls failed.</param>
/// <param name="ReviewsPerSecond">Calls a second.</param>
/// <param name="P99Milliseconds">The 99th percentile of what a call took.</param>
/// <param name="Bundles">The bundles that were seen, one after the other: the authorities by letters, and when each was first seen.</param>
/// <param name="Rotation">How far the first rotation went, and when.</param>
/// <param name="Leaves">The certificates that the replicas showed after the first, all together.</param>
internal sealed record RotationCase(
    CallTally.Counts Counts, IReadOnlyDictionary<string, int> Reasons, double ReviewsPerSecond, double P99Milliseconds,
    IReadOnlyList<(TimeSpan At, string Authorities)> Bundles, RotationTimes Rotation, int Leaves);

/// <summary>The stages of a rotation, from the start of the watching; each null where it was not reached.</summary>
/// <param name="Made">The second authority is in some caBundle.</param>
/// <param name="Trusted">It is in every caBundle.</param>
/// <param name="Signs">Every replica shows a certificate that is not of the first one.</param>
/// <param name="Gone">The first one is in no caBundle.</param>
internal sealed record RotationTimes(TimeSpan? Made, TimeSpan? Trusted, TimeSpan? Signs, TimeSpan? Gone)
{
    /// <summary>How long all of it took; null where it did not come to its end.</summary>
    public TimeSpan? Whole => Trusted is null || Signs is null ? null : Gone - Made;
}

/// <summary>Lets an authority be replaced while calls go on.</summary>
internal sealed class RotationRuns(RotationOptions options, Workplace place, TextWriter progress)
{
    private const int Together = 24;

    /// <summary>Neither replicas nor double have ever done anything before.</summary>
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(250);

    public async Task<RotationCase> RunAsync(CancellationToken cancellationToken)
    {
        await using var service = await ReplicatedService.StartAsync(place, kubeconfig => options.Program(
            "replica (rotation)", kubeconfig,
            "--ca-lifetime", options.AuthorityLifetime, "--certificate-lifetime", options.CertificateLifetime, "--ca-propagation", options.Propagation));
        service.RegisterWithoutTrust();
        for (var number = 0; number < options.Replicas; number++)
        {
            await service.AddAsync(cancellationToken);
        }

        var load = SteadyWrites.WritesForAtLeast(options.Rate);
        await using (new SteadyWrites(service.ApiServer, service.Tally, load, Together, judged: true))
        {
            await Task.Delay(_warmUp, cancellationToken);
        }

        var watch = new Watch(progress);
        var tally = service.Tally = new CallTally();
        await using var writes = new SteadyWrites(service.ApiServer, tally, load, Together, judged: true);
        var started = Stopwatch.GetTimestamp();
        while (watch.Times.Whole is null && Stopwatch.GetElapsedTime(started) < _limit)
        {
            await Task.Delay(_look, cancellationToken);
            watch.Look(await TrustState.ReadAsync(service, cancellationToken), Stopwatch.GetElapsedTime(started));
        }

        var counts = tally.Now;
        return new(
            counts, tally.Reasons, counts.Calls / Stopwatch.GetElapsedTime(started).TotalSeconds, tally.Milliseconds(0.99), watch.Bundles, watch.Times, watch.Leaves);
    }

    /// <summary>Notes which authorities are trusted and which certificates are shown.</summary>
    private sealed class Watch(TextWriter progress)
    {
        private readonly List<string> _authorities = [];
        private readonly HashSet<string> _leaves = [];
        private readonly List<(TimeSpan At, string Authorities)> _bundles = [];
        private int _replicas;

        public IReadOnlyList<(TimeSpan At, string Authorities)> Bundles => _bundles;

        public int Leaves => _leaves.Count - _replicas;

        public RotationTimes Times { get; private set; } = new(null, null, null, null);

        public void Look(TrustState state, TimeSpan at)
        {
            _replicas = state.Leaves.Count;
            _leaves.UnionWith(state.Leaves.OfType<ServedCertificate>().Select(leaf => leaf.Leaf.Thumbprint));
            var trusted = state.TrustedByAny;
            _authorities.AddRange(trusted.Except(_authorities));
            if (_authorities.Count == 0)
            {
                return;
            }

            if (state.Authorities is { } authorities)
            {
                var letters = string.Join('+', authorities.Select(authority => (char)('A' + _authorities.IndexOf(authority))).Order());
                if (_bundles.Count == 0 || _bundles[^1].Authorities != letters)
                {
                    _bundles.Add((at, letters));
                    progress.WriteLine($"rotation, {at.TotalSeconds:N1} s: the bundle is {letters}");
                }
            }

            var first = _authorities[0];
            var isMade = _authorities.Count > 1;
            var signers = state.Leaves.Select(leaf => leaf is null ? null : state.SignerOf(leaf)).ToList();
            Times = new(
                Times.Made ?? (isMade ? at : null),
                Times.Trusted ?? (isMade && state.Authorities?.Contains(_authorities[1]) == true ? at : null),
                Times.Signs ?? (isMade && signers.TrueForAll(signer => signer is not null && signer != first) ? at : null),
                Times.Gone ?? (isMade && trusted.Count > 0 && !trusted.Contains(first) ? at : null));
        }
    }
}
