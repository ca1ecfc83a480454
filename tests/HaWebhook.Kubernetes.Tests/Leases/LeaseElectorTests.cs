using HaWebhook.Kubernetes.Leases;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaWebhook.Kubernetes.Tests.Leases;

/// <summary>One of several does the work.</summary>
public sealed class LeaseElectorTests : IAsyncLifetime
{
    private readonly FakeLeases _leases = new();
    private readonly List<Candidate> _candidates = [];
    private readonly LogLines<LeaseElector> _log = new();
    private TestApiServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestApiServer.StartAsync(_leases.AnswerAsync);

    public async ValueTask DisposeAsync()
    {
        foreach (var candidate in _candidates)
        {
            await candidate.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Fact]
    public async Task TheFirst_CreatesTheLeaseAndLeads()
    {
        var candidate = Start("pod-a");

        await Until(() => candidate.IsWorking);

        Assert.True(candidate.Elector.IsLeading);
        Assert.Equal(
            """
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"work","resourceVersion":"369"},"spec":{"holderIdentity":"pod-a","leaseDurationSeconds":15,"acquireTime":"2026-11-20T12:00:00.000000Z","renewTime":"2026-11-20T12:00:00.000000Z","leaseTransitions":0}}
            """,
            _leases.Lease!.ToJsonString());
        Assert.Equal(
            ["GET /apis/coordination.k8s.io/v1/namespaces/demo/leases/work", "POST /apis/coordination.k8s.io/v1/namespaces/demo/leases"], _server.Requests);
    }

    [Fact]
    public async Task ARenewal_LeavesTheRestAlone()
    {
        _leases.Write("""
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"work","uid":"u","labels":{"app":"x"}},
             "spec":{"holderIdentity":"","leaseTransitions":4,"strategy":"OldestEmulationVersion"}}
            """);
        var candidate = Start("pod-a");
        await Until(() => candidate.IsWorking);

        await Until(() => (string?)_leases.Lease!["spec"]!["renewTime"] != "2026-11-20T12:00:00.000000Z", candidate.Clock);

        var lease = _leases.Lease!;
        Assert.Equal("""{"app":"x"}""", lease["metadata"]!["labels"]!.ToJsonString());
        Assert.Equal("u", (string?)lease["metadata"]!["uid"]);
        Assert.Equal("OldestEmulationVersion", (string?)lease["spec"]!["strategy"]);
        Assert.Equal(5, (int?)lease["spec"]!["leaseTransitions"]);
        Assert.Equal("2026-11-20T12:00:00.000000Z", (string?)lease["spec"]!["acquireTime"]);
    }

    [Theory]
    [InlineData("1999-01-01T00:00:00.000000Z")]
    [InlineData("2999-01-01T00:00:00.000000Z")]
    public async Task ADeadHolder_IsWaitedForByTheOwnClock(string renewTime)
    {
        _leases.Write($$"""
            {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"work"},
             "spec":{"holderIdentity":"dead","leaseDurationSeconds":20,"renewTime":"{{renewTime}}"} }
            """);
        var candidate = Start("pod-a");
        var started = candidate.Clock.GetUtcNow();

        await Until(() => candidate.IsWorking, candidate.Clock);

        Assert.True(candidate.Clock.GetUtcNow() - started >= TimeSpan.FromSeconds(20));
        Assert.Equal(1, (int?)_leases.Lease!["spec"]!["leaseTransitions"]);
    }

    [Fact]
    public async Task AHolderThatStops_GivesTheLeaseToTheNext()
    {
        var first = Start("pod-a");
        await Until(() => first.IsWorking);
        var second = Start("pod-b");
        await Until(() => _server.Requests.Count(request => request.StartsWith("GET", StringComparison.Ordinal)) >= 2);

        await first.StopAsync();

        Assert.False(first.IsWorking);
        Assert.False(first.Elector.IsLeading);
        Assert.Equal("", _leases.Holder);
        var started = second.Clock.GetUtcNow();
        await Until(() => second.IsWorking, second.Clock);
        Assert.Equal("pod-b", _leases.Holder);
        Assert.True(second.Clock.GetUtcNow() - started < TimeSpan.FromSeconds(15), "it waited for the lease to expire");
    }

    [Fact]
    public async Task AHolderThatIsCutOff_StopsBeforeAnotherMayStart()
    {
        var candidate = Start("pod-a");
        await Until(() => candidate.IsWorking);

        _leases.IsDown = true;
        var cut = candidate.Clock.GetUtcNow();
        await Until(() => !candidate.IsWorking, candidate.Clock);
        Assert.True(candidate.StoppedAt - cut >= TimeSpan.FromSeconds(8), "it gave up too early");

        _leases.IsDown = false;
        await Until(() => candidate.IsWorking, candidate.Clock);
        Assert.Equal(2, candidate.Starts);
    }

    [Fact]
    public async Task ALeaseThatSomebodyTook_IsLostAtOnce()
    {
        var candidate = Start("pod-a");
        await Until(() => candidate.IsWorking);

        var taken = _leases.Lease!;
        taken["spec"]!["holderIdentity"] = "thief";
        _leases.Write(taken.ToJsonString());
        await Until(() => !candidate.IsWorking, candidate.Clock);

        Assert.Equal("thief", _leases.Holder);
        Assert.False(candidate.Elector.IsLeading);
    }

    [Fact]
    public async Task WorkThatFails_EndsTheLeadAndIsHeard()
    {
        var candidate = Start("pod-a", _ => throw new InvalidOperationException("no"));

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => candidate.Running);

        Assert.Equal("no", exception.Message);
        Assert.Equal("", _leases.Holder);
    }

    [Fact]
    public async Task WorkThatIsDone_KeepsTheLease()
    {
        var candidate = Start("pod-a", _ => Task.CompletedTask);

        await Until(() => _server.Requests.Count(request => request.StartsWith("PUT", StringComparison.Ordinal)) >= 3, candidate.Clock);

        Assert.True(candidate.Elector.IsLeading);
        Assert.Equal("pod-a", _leases.Holder);
    }

    [Fact]
    public async Task ALeaseThatMakesNoSense_IsNotTaken()
    {
        _leases.Write("""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"work"},"spec":{"holderIdentity":7}}""");
        var candidate = Start("pod-a");

        await Until(() => _server.Requests.Count >= 3, candidate.Clock);

        Assert.False(candidate.IsWorking);
        Assert.Equal(7, (int?)_leases.Lease!["spec"]!["holderIdentity"]);
    }

    [Theory]
    [InlineData(0.5, 0.3, 0.1)]
    [InlineData(15, 15, 2)]
    [InlineData(15, 10, 10)]
    public async Task TimesThatDoNotFollowOneAnother_AreRefused(double duration, double deadline, double period)
    {
        await Task.CompletedTask;
        using var client = _server.Client();
        Assert.Throws<ArgumentException>(() => new LeaseElector(client, Options("pod-a") with
        {
            LeaseDuration = TimeSpan.FromSeconds(duration),
            RenewDeadline = TimeSpan.FromSeconds(deadline),
            RetryPeriod = TimeSpan.FromSeconds(period),
        }, NullLogger<LeaseElector>.Instance));
    }

    private static LeaseElectorOptions Options(string identity) => new("demo", "work", identity);

    private Candidate Start(string identity, Func<CancellationToken, Task>? work = null)
    {
        var clock = new ManualClock();
        var candidate = new Candidate(_server.Client(clock: clock), Options(identity), clock, _log, work);
        _candidates.Add(candidate);
        return candidate;
    }

    /// <summary>Waits for something, while the clock runs fast where there is one.</summary>
    private async Task Until(Func<bool> condition, ManualClock? clock = null)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 2000, $"it does not come: {string.Join("; ", _log.All)}");
            clock?.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(2, Cancellation);
        }
    }

    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly KubernetesClient _client;

        public Candidate(KubernetesClient client, LeaseElectorOptions options, ManualClock clock, ILogger<LeaseElector> log, Func<CancellationToken, Task>? work)
        {
            _client = client;
            Clock = clock;
            Elector = new LeaseElector(client, options, log);
            Running = Elector.RunAsync(work ?? WorkAsync, _stop.Token);
        }

        public LeaseElector Elector { get; }

        public ManualClock Clock { get; }

        public Task Running { get; }

        public volatile bool IsWorking;

        public int Starts { get; private set; }

        public DateTimeOffset StoppedAt { get; private set; }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _client.Dispose();
            _stop.Dispose();
        }

        private async Task WorkAsync(CancellationToken cancellation)
        {
            Starts++;
            IsWorking = true;
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            StoppedAt = Clock.GetUtcNow();
            IsWorking = false;
        }
    }
}
