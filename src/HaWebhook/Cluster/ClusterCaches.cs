using System.Collections.Concurrent;
using HaWebhook.Admission;
using HaWebhook.Kubernetes;
using HaWebhook.Kubernetes.Caching;
using HaWebhook.Policy.Objects;
using HaWebhook.Serving;

namespace HaWebhook.Cluster;

/// <summary>Keeps what the policy in force needs of the cluster, and says how well that goes.</summary>
internal sealed partial class ClusterCaches : BackgroundService
{
    /// <summary>How often it is looked whether the policy needs more kinds, or all kinds are there.</summary>
    private static readonly TimeSpan _lookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How often trouble that lasts is told.</summary>
    private static readonly TimeSpan _tellInterval = TimeSpan.FromMinutes(1);

    /// <summary>When it is first told what the server still waits for. Mostly it is ready before.</summary>
    private static readonly TimeSpan _firstTell = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest wait before the API server is tried again. While it is away that is two requests a second for all kinds; once it is back, nothing
    /// that has happened meanwhile stays unknown for longer.
    /// </summary>
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(10);

    private readonly KubernetesClient _client;
    private readonly ServerDiscovery _discovery;
    private readonly ClusterObjects _objects;
    private readonly ObjectReduction _reduction;
    private readonly ICurrentPolicy _policy;
    private readonly ServingOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<ClusterCaches> _logger;
    private readonly ConcurrentDictionary<ClusterKind, FollowedKind> _followed = new();
    private readonly List<Task> _running = [];
    private readonly Lock _publishing = new();
    private (RelatedKinds Loaded, ServerFacts? Server) _published;
    private volatile string? _notReady = "the cluster has not been asked yet";
    private readonly LogPace _failures;
    private TimeSpan _tellNext = _firstTell;
    private long? _toldAt;

    public ClusterCaches(
        KubernetesClient client,
        ServerDiscovery discovery,
        ClusterObjects objects,
        ObjectReduction reduction,
        ICurrentPolicy policy,
        ServingOptions options,
        TimeProvider clock,
        ILoggerFactory loggers)
    {
        (_client, _discovery, _objects, _reduction) = (client, discovery, objects, reduction);
        (_policy, _options, _clock, _loggers) = (policy, options, clock, loggers);
        _logger = loggers.CreateLogger<ClusterCaches>();
        _failures = new LogPace(clock);
    }

    /// <summary>Why reviews cannot be decided yet; null once they can, and from then on.</summary>
    public string? NotReady => _notReady;

    /// <summary>The state of each cache.</summary>
    public IEnumerable<(ClusterKind Kind, WatchCacheStatus Status)> Statuses => _followed.Select(entry => (entry.Key, entry.Value.Cache.Status));

    /// <summary>Whether a kind is served, as far as is known.</summary>
    public bool IsServed(ClusterKind kind) => _followed.TryGetValue(kind, out var followed) && followed.Cache.Status.IsServed;

    /// <summary>Whether all objects of a kind that there were at some time are known.</summary>
    public bool IsSynced(ClusterKind kind) => _followed.TryGetValue(kind, out var followed) && followed.Cache.Status.IsSynced;

    /// <summary>The kept kind of this group and name; null where it is not kept.</summary>
    public ClusterKind? KindOf(string group, string kind) => _followed.Keys.FirstOrDefault(known => known.Kind == kind && known.Resource.Group == group);

    /// <summary>Asks which groups are served, now.</summary>
    /// <returns>What tells whether a group is.</returns>
    public async Task<Func<string, bool>> DiscoverAsync(CancellationToken cancellation)
    {
        var server = await _discovery.AskAsync(cancellation);
        Publish();
        return server.Groups.ContainsKey;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _toldAt = _clock.GetTimestamp();
        _running.Add(_objects.RunAsync(stoppingToken));
        _running.Add(_discovery.RunAsync(stoppingToken));
        using var timer = new PeriodicTimer(_lookInterval, _clock);
        try
        {
            do
            {
                Look(stoppingToken);
                if (_running.Find(task => task.IsFaulted) is { } failed)
                {
                    // Out of memory: what is half known must not stay so without a word. The server ends, and is started anew.
                    await failed;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }

        await Task.WhenAll(_running).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    /// <summary>Whatever goes wrong here must end neither the looking nor the server.</summary>
    private void Look(CancellationToken stopping)
    {
        try
        {
            Follow(stopping);
            Publish();
            Assess();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            if (_failures.IsDue(out _))
            {
                Log.Failed(_logger, exception);
            }
        }
    }

    /// <summary>Starts with what the policy needs and is not followed yet, and stops where it has no use for a custom kind any more.</summary>
    private void Follow(CancellationToken stopping)
    {
        if (_discovery.Facts is not { Groups: var groups })
        {
            return;
        }

        var evaluators = _policy.Evaluators;
        foreach (var (kind, followed) in _followed)
        {
            // A version is kept for as long as it is served, whichever is preferred.
            var isMoved = !followed.Cache.Status.IsServed && groups.TryGetValue(kind.Resource.Group, out var version) && version != kind.Resource.Version;
            if (kind.IsCustom && (isMoved || !kind.IsNamedBy(evaluators.Options)))
            {
                followed.Stop.Cancel();
            }
        }

        foreach (var kind in ClusterKind.Needed(evaluators.Options, evaluators.Uses, groups))
        {
            if (_followed.Keys.Any(kind.IsSameResource))
            {
                continue;
            }

            var cache = new WatchCache<KeptObject>(
                _client,
                kind.Resource,
                json => _reduction.Keep(kind, json),
                _loggers.CreateLogger<WatchCache<KeptObject>>(),
                new KindSink(kind, _objects),
                new WatchCacheOptions { NotServedInterval = _options.DiscoveryInterval, MaximumBackoff = _longestPause });
            var followed = new FollowedKind(cache, CancellationTokenSource.CreateLinkedTokenSource(stopping));
            _followed[kind] = followed;
            _running.Add(FollowAsync(kind, followed, stopping));
        }
    }

    private async Task FollowAsync(ClusterKind kind, FollowedKind followed, CancellationToken stopping)
    {
        await followed.Cache.RunAsync(followed.Stop.Token);
        if (!stopping.IsCancellationRequested)
        {
            // In this order: until it is forgotten it must not be followed anew.
            _objects.Forget(kind);
            _followed.TryRemove(kind, out _);
        }
    }

    /// <summary>Says to reviews what is loaded, when that has changed.</summary>
    private void Publish()
    {
        lock (_publishing)
        {
            var state = (Loaded: Loaded(), Server: _discovery.Facts);
            if (state.Server is null || state == _published)
            {
                return;
            }

            _published = state;
            var empty = new RelatedObjects { Version = state.Server.Version, ServesGroup = state.Server.Groups.ContainsKey };
            empty = state.Loaded.HasFlag(RelatedKinds.Autoscalers) ? empty with { Autoscalers = AutoscalerIndex.Empty } : empty;
            empty = state.Loaded.HasFlag(RelatedKinds.DisruptionBudgets) ? empty with { DisruptionBudgets = DisruptionBudgetIndex.Empty } : empty;
            empty = state.Loaded.HasFlag(RelatedKinds.Claims) ? empty with { Claims = RelatedObjects.None.Claims } : empty;
            empty = state.Loaded.HasFlag(RelatedKinds.Workloads) ? empty with { Workloads = WorkloadIndex.Empty } : empty;
            _objects.SetEmpty(empty);
        }
    }

    /// <summary>
    /// The kinds of which all caches hold everything there is. Custom kinds are only waited for before the server is ready: one that cannot be read must
    /// not take all workloads away from the rules.
    /// </summary>
    private RelatedKinds Loaded()
    {
        var (started, missing) = (RelatedKinds.None, RelatedKinds.None);
        foreach (var (kind, status) in Statuses)
        {
            started |= kind.Related;
            missing |= status.IsSynced || kind.IsCustom ? RelatedKinds.None : kind.Related;
        }

        return started & ~missing;
    }

    private void Assess()
    {
        if (_notReady is not null)
        {
            _notReady = WhyNotReady();
            if (_notReady is null)
            {
                var version = _discovery.Facts?.Version?.ToString() ?? "of a version that it does not tell";
                Log.Ready(_logger, version, _followed.Values.Sum(each => each.Cache.Status.Count), _followed.Count);
                _toldAt = null;
            }
        }

        // By a clock that is never set: one that is set back must not silence this for as long.
        if (_toldAt is { } told && _clock.GetElapsedTime(told) < _tellNext)
        {
            return;
        }

        (_toldAt, _tellNext) = (_clock.GetTimestamp(), _tellInterval);
        if (_notReady is not null)
        {
            Log.NotReady(_logger, _notReady);
            return;
        }

        if (_discovery.Error is { } error)
        {
            Log.Undiscovered(_logger, error);
        }

        var stale = new List<(string Resource, DateTimeOffset Since, string? Error)>();
        foreach (var (kind, status) in Statuses)
        {
            if (!status.IsSynced && status.LastError is { } reason)
            {
                Log.Missing(_logger, kind.Resource.ToString(), reason);
            }
            else if (status.StaleSince is { } since && _clock.GetUtcNow() - since > _lookInterval)
            {
                stale.Add((kind.Resource.ToString(), since, status.LastError));
            }
        }

        // An API server that is away is one problem, and not as many as there are kinds.
        if (stale.Count > 0)
        {
            var oldest = stale.MinBy(each => each.Since);
            Log.Stale(_logger, string.Join(", ", stale.Select(each => each.Resource)), oldest.Since.UtcDateTime, oldest.Error ?? "");
        }
    }

    /// <summary>
    /// A kind that may not be listed does not hold up the rest: rules that need it say so, or judge without. Nor does a custom kind that fails: its
    /// operator may be broken, with the webhook that converts it.
    /// </summary>
    private string? WhyNotReady()
    {
        if (_discovery.Facts is null)
        {
            return _discovery.Error is { } reason ? $"the API server could not be asked: {reason}" : "the API server has not answered yet";
        }

        foreach (var (kind, status) in Statuses)
        {
            if (!status.IsSynced && !status.IsForbidden && !(kind.IsCustom && status.LastError is not null))
            {
                return $"{kind.Resource} are not known yet{(status.LastError is { } error ? ": " + error : "")}";
            }
        }

        return _objects.IsSettled ? null : "the objects of the cluster are being indexed";
    }

    /// <param name="Cache">What is known of the kind.</param>
    /// <param name="Stop">Ends it. Never disposed of: it may be told to stop while it does so by itself, and there are few.</param>
    private sealed record FollowedKind(WatchCache<KeptObject> Cache, CancellationTokenSource Stop);
}
