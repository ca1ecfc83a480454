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

    private readonly KubernetesClient _client;
    private readonly ClusterObjects _objects;
    private readonly ObjectReduction _reduction;
    private readonly ICurrentPolicy _policy;
    private readonly ServingOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<ClusterCaches> _logger;
    private readonly ConcurrentDictionary<ClusterKind, WatchCache<KeptObject>> _caches = new();
    private readonly List<Task> _running = [];
    private readonly Lock _publishing = new();
    private (RelatedKinds Loaded, KubernetesVersion? Version, IReadOnlyDictionary<string, string>? Groups) _published;
    private volatile IReadOnlyDictionary<string, string>? _groups;
    private volatile string? _notReady = "the cluster has not been asked yet";
    private KubernetesVersion? _version;
    private string? _discoveryError;
    private DateTimeOffset _nextDiscovery;
    private DateTimeOffset _nextTelling;

    public ClusterCaches(
        KubernetesClient client,
        ClusterObjects objects,
        ObjectReduction reduction,
        ICurrentPolicy policy,
        ServingOptions options,
        TimeProvider clock,
        ILoggerFactory loggers)
    {
        (_client, _objects, _reduction, _policy, _options, _clock, _loggers) = (client, objects, reduction, policy, options, clock, loggers);
        _logger = loggers.CreateLogger<ClusterCaches>();
    }

    /// <summary>Why reviews cannot be decided yet; null once they can, and from then on.</summary>
    public string? NotReady => _notReady;

    /// <summary>The state of each cache.</summary>
    public IEnumerable<(ClusterKind Kind, WatchCacheStatus Status)> Statuses => _caches.Select(entry => (entry.Key, entry.Value.Status));

    /// <summary>Whether a kind is served, as far as is known.</summary>
    public bool IsServed(ClusterKind kind) => _caches.TryGetValue(kind, out var cache) && cache.Status.IsServed;

    /// <summary>The kept kind of this group and name; null where it is not kept.</summary>
    public ClusterKind? KindOf(string group, string kind) => _caches.Keys.FirstOrDefault(known => known.Kind == kind && known.Resource.Group == group);

    /// <summary>Asks which groups are served, now.</summary>
    /// <returns>What tells whether a group is.</returns>
    public async Task<Func<string, bool>> DiscoverAsync(CancellationToken cancellation)
    {
        var groups = await _client.GetGroupsAsync(cancellation);
        _groups = groups;
        Publish();
        return groups.ContainsKey;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _running.Add(_objects.RunAsync(stoppingToken));
        using var timer = new PeriodicTimer(_lookInterval, _clock);
        try
        {
            do
            {
                await KeepDiscoveringAsync(stoppingToken);
                StartMissing(stoppingToken);
                Publish();
                Assess();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }

        await Task.WhenAll(_running).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task KeepDiscoveringAsync(CancellationToken cancellation)
    {
        if (_clock.GetUtcNow() < _nextDiscovery)
        {
            return;
        }

        try
        {
            var version = await _client.GetVersionAsync(cancellation);
            _version = new KubernetesVersion(version.Major, version.Minor);
            _groups = await _client.GetGroupsAsync(cancellation);
            _discoveryError = null;
            _nextDiscovery = _clock.GetUtcNow() + _options.DiscoveryInterval;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException or KubernetesApiException or InvalidDataException)
        {
            _discoveryError = exception.Message;

            // Before the first answer there is nothing to go by, so it is asked for more often.
            _nextDiscovery = _clock.GetUtcNow() + (_groups is null ? TimeSpan.FromSeconds(1) : _options.DiscoveryInterval);
        }
    }

    private void StartMissing(CancellationToken cancellation)
    {
        if (_groups is not { } groups)
        {
            return;
        }

        var evaluators = _policy.Evaluators;
        foreach (var kind in ClusterKind.Needed(evaluators.Options, evaluators.Uses, groups))
        {
            if (_caches.ContainsKey(kind))
            {
                continue;
            }

            var cache = new WatchCache<KeptObject>(
                _client,
                kind.Resource,
                json => _reduction.Keep(kind, json),
                _loggers.CreateLogger<WatchCache<KeptObject>>(),
                new KindSink(kind, _objects),
                new WatchCacheOptions { NotServedInterval = _options.DiscoveryInterval });
            _caches[kind] = cache;
            _running.Add(cache.RunAsync(cancellation));
        }
    }

    /// <summary>Says to reviews what is loaded, when that has changed.</summary>
    private void Publish()
    {
        lock (_publishing)
        {
            var state = (Loaded: Loaded(), Version: _version, Groups: _groups);
            if (state.Groups is null || state == _published)
            {
                return;
            }

            _published = state;
            var empty = new RelatedObjects { Version = state.Version, ServesGroup = state.Groups.ContainsKey };
            empty = state.Loaded.HasFlag(RelatedKinds.Autoscalers) ? empty with { Autoscalers = AutoscalerIndex.Empty } : empty;
            empty = state.Loaded.HasFlag(RelatedKinds.DisruptionBudgets) ? empty with { DisruptionBudgets = DisruptionBudgetIndex.Empty } : empty;
            empty = state.Loaded.HasFlag(RelatedKinds.Claims) ? empty with { Claims = RelatedObjects.None.Claims } : empty;
            empty = state.Loaded.HasFlag(RelatedKinds.Workloads) ? empty with { Workloads = WorkloadIndex.Empty } : empty;
            _objects.SetEmpty(empty);
        }
    }

    /// <summary>The kinds of which all caches hold everything there is.</summary>
    private RelatedKinds Loaded()
    {
        var (started, missing) = (RelatedKinds.None, RelatedKinds.None);
        foreach (var (kind, status) in Statuses)
        {
            started |= kind.Related;
            missing |= status.IsSynced ? RelatedKinds.None : kind.Related;
        }

        return started & ~missing;
    }

    private void Assess()
    {
        var now = _clock.GetUtcNow();
        if (_notReady is not null)
        {
            _notReady = WhyNotReady();
            if (_notReady is null)
            {
                Log.Ready(_logger, _version?.ToString() ?? "", _caches.Values.Sum(cache => cache.Status.Count), _caches.Count);
                _nextTelling = now;
            }
        }

        if (now < _nextTelling)
        {
            return;
        }

        _nextTelling = now + _tellInterval;
        if (_notReady is not null)
        {
            Log.NotReady(_logger, _notReady);
            return;
        }

        foreach (var (kind, status) in Statuses)
        {
            if (!status.IsSynced)
            {
                Log.Missing(_logger, kind.Resource.ToString(), status.LastError ?? "");
            }
            else if (status.StaleSince is { } since && now - since > _lookInterval)
            {
                Log.Stale(_logger, kind.Resource.ToString(), since.UtcDateTime, status.LastError ?? "");
            }
        }
    }

    /// <summary>A kind that may not be listed does not hold up the rest: rules that need it say so, or judge without.</summary>
    private string? WhyNotReady()
    {
        if (_groups is null)
        {
            return $"the API server does not answer: {_discoveryError}";
        }

        foreach (var (kind, status) in Statuses)
        {
            if (!status.IsSynced && !status.IsForbidden)
            {
                return $"{kind.Resource} are not known yet{(status.LastError is { } error ? ": " + error : "")}";
            }
        }

        return _objects.IsSettled ? null : "the objects of the cluster are being indexed";
    }

    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Information, "ready: Kubernetes {Version}, {Objects} objects of {Kinds} kinds are known")]
        public static partial void Ready(ILogger logger, string version, int objects, int kinds);

        [LoggerMessage(51, LogLevel.Warning, "not ready: {Reason}")]
        public static partial void NotReady(ILogger logger, string reason);

        [LoggerMessage(52, LogLevel.Warning, "{Resource} cannot be looked at, and rules that need them do without: {Error}")]
        public static partial void Missing(ILogger logger, string resource, string error);

        [LoggerMessage(53, LogLevel.Warning, "{Resource} are as they were at {Since:u}, and that is what is gone by: {Error}")]
        public static partial void Stale(ILogger logger, string resource, DateTime since, string error);
    }
}
