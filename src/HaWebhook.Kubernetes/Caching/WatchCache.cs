using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Kubernetes.Caching;

/// <summary>
/// Keeps the objects of a kind in memory, reduced to what the caller needs: lists them once, then watches, and lists again where a watch has
/// lost track.
/// </summary>
/// <remarks>
/// It never gives up: whatever goes wrong, what it holds stays until it can be compared with the server again, and <see cref="Status"/> tells.
/// A kind that is not served, such as a custom resource whose definition is not there, is empty, and looked for again from time to time.
/// Reading is safe for many at once, at any time.
/// </remarks>
/// <typeparam name="T">What is kept of an object.</typeparam>
public sealed partial class WatchCache<T>
    where T : class
{
    /// <summary>So many failures in a row and a resourceVersion is no longer believed in: a server restored from a backup never knew it.</summary>
    private const int MaximumResumes = 5;

    private readonly KubernetesClient _client;
    private readonly WatchCacheOptions _options;
    private readonly ILogger _logger;
    private readonly CachedObjects<T> _objects;
    private readonly Backoff _backoff;
    private readonly LogPace _failures;
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _version;
    private volatile bool _isServed = true;
    private volatile bool _isWatching;
    private volatile bool _isForbidden;
    private volatile string? _lastError;
    private bool _isTold;
    private long _lastContact;

    /// <summary>Makes a cache. It is empty until <see cref="RunAsync"/> fills it.</summary>
    /// <param name="client">Where the objects are.</param>
    /// <param name="resource">Their kind.</param>
    /// <param name="reduce">
    /// Makes what is kept of an object's JSON, which is only valid during the call and may lack apiVersion and kind; null to keep nothing.
    /// An object that it throws for is left out, and logged.
    /// </param>
    /// <param name="logger">Is told of trouble and of its end.</param>
    /// <param name="sink">Is told each change; null for nobody.</param>
    /// <param name="options">What to keep, and how; null for the defaults.</param>
    public WatchCache(
        KubernetesClient client,
        ResourceType resource,
        Func<ReadOnlyMemory<byte>, T?> reduce,
        ILogger<WatchCache<T>> logger,
        IWatchSink<T>? sink = null,
        WatchCacheOptions? options = null)
    {
        _client = client;
        _options = options ?? new();
        _logger = logger;
        _failures = new(client.Clock);
        _objects = new CachedObjects<T>(reduce, new WatchedChanges<T>(resource, sink, client.Clock, logger));
        _backoff = new Backoff(_options.MinimumBackoff, _options.MaximumBackoff);
        Resource = resource;
    }

    /// <summary>The kind.</summary>
    public ResourceType Resource { get; }

    /// <summary>How much the cache can be trusted, now.</summary>
    public WatchCacheStatus Status => new(
        _synced.Task.IsCompleted,
        _isServed,
        _isWatching || !_synced.Task.IsCompleted ? null : new DateTimeOffset(Volatile.Read(ref _lastContact), TimeSpan.Zero),
        _lastError,
        _objects.Count)
    {
        IsForbidden = _isForbidden,
    };

    /// <summary>All that is kept, in no order. Changes during the enumeration may or may not be in it.</summary>
    public IEnumerable<KeyValuePair<ObjectKey, T>> All => _objects.All;

    /// <summary>What is kept of an object; null where there is no such object, as far as is known.</summary>
    /// <param name="namespaceName">Its namespace; empty for kinds that have none.</param>
    /// <param name="name">Its name.</param>
    public T? Find(string namespaceName, string name) => _objects.Find(new(namespaceName, name));

    /// <summary>Waits until the cache holds everything there is.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task WaitUntilSyncedAsync(CancellationToken cancellation) => _synced.Task.WaitAsync(cancellation);

    /// <summary>Fills the cache and keeps it up to date until cancelled, and only then returns. To be called once.</summary>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var wait = await FollowAsync(cancellation);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, _client.Clock, cancellation);
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
        }

        _isWatching = false;
    }

    /// <summary>Lists where necessary, and watches until the watch ends.</summary>
    /// <returns>How long to wait before the next time.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "A cache that ended with an exception would go stale without a word.")]
    private async Task<TimeSpan> FollowAsync(CancellationToken cancellation)
    {
        try
        {
            if (_version is null && !await TryListAsync(cancellation))
            {
                return _options.NotServedInterval * (0.5 + Random.Shared.NextDouble());
            }

            return await WatchAsync(cancellation) ? TimeSpan.Zero : Pause("short", "the server ended a watch as soon as it began");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (KubernetesApiException exception) when (exception.IsExpired)
        {
            _version = null;
            return Pause("expired", exception.Message);
        }
        catch (KubernetesApiException exception) when (exception.Code is 429 or >= 500)
        {
            return Pause("refused", exception.Message);
        }
        catch (TimeoutException exception)
        {
            return Pause("silent", exception.Message);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Pause("disconnected", exception.Message);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Forbidden, gone, garbage, or a credential that cannot be had: nothing that is known can be relied on.
            _version = null;
            _isForbidden = exception is KubernetesApiException { Code: 403 };
            return Pause(exception is InvalidDataException ? "garbage" : "failed", exception.Message);
        }
    }

    /// <summary>Compares everything with the server.</summary>
    /// <returns>Whether the kind is served.</returns>
    private async Task<bool> TryListAsync(CancellationToken cancellation)
    {
        var options = new ListOptions { PageSize = _options.PageSize, LabelSelector = _options.LabelSelector, FieldSelector = _options.FieldSelector };
        try
        {
            var list = await _client.ListAsync(Resource, _options.Namespace, _objects.Read, cancellation, options);
            if (list.ResourceVersion.Length == 0)
            {
                throw new InvalidDataException($"cannot list {Resource}: the list has no resourceVersion");
            }

            _objects.Replace(list.Items);
            _version = list.ResourceVersion;
            _isServed = true;
            Heard();
            if (_synced.TrySetResult())
            {
                Log.Synced(_logger, Resource, _objects.Count);
            }

            return true;
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            // Something in between may answer 404 to anything; discovery has to say the same before everything is thrown away.
            if (await _client.IsServedAsync(Resource, cancellation))
            {
                throw;
            }
        }

        if (_isServed)
        {
            Log.NotServed(_logger, Resource);
        }

        _objects.Replace([]);
        Heard();
        _isServed = false;
        _isWatching = true;
        _lastError = null;
        _backoff.Reset();
        _synced.TrySetResult();
        return false;
    }

    /// <summary>Follows changes until the server ends the watch.</summary>
    /// <returns>Whether it was of any use.</returns>
    private async Task<bool> WatchAsync(CancellationToken cancellation)
    {
        var started = _client.Clock.GetTimestamp();
        var options = new WatchOptions
        {
            ResourceVersion = _version,
            Timeout = _options.WatchTime * (1 + Random.Shared.NextDouble()),
            Silence = _options.Silence,
            LabelSelector = _options.LabelSelector,
            FieldSelector = _options.FieldSelector,
        };
        var isUseful = false;
        await foreach (var happened in _client.WatchAsync(Resource, _options.Namespace, options, cancellation, Connected))
        {
            Apply(happened);
            Heard();
            _backoff.Reset();
            isUseful = true;
        }

        if (isUseful || _client.Clock.GetElapsedTime(started) > _options.MaximumBackoff)
        {
            _backoff.Reset();
            _client.Metrics.WatchRestarted(Resource.ToString(), "ended");
            return true;
        }

        return false;
    }

    private void Apply(WatchEvent happened)
    {
        if (happened.Type == WatchEventType.Bookmark)
        {
            _version = CachedObjects<T>.VersionOf(happened.Subject);
            return;
        }

        var state = _objects.Read(happened.Subject);
        if (happened.Type == WatchEventType.Deleted)
        {
            _objects.Delete(state);
        }
        else
        {
            _objects.Put(state);
        }

        _version = state.ResourceVersion;
    }

    private void Connected()
    {
        Heard();
        _isWatching = true;
        _isForbidden = false;
        _lastError = null;
        if (_isTold)
        {
            _isTold = false;
            Log.Recovered(_logger, Resource, _objects.Count);
        }
    }

    private void Heard() => Volatile.Write(ref _lastContact, _client.Clock.GetUtcNow().UtcTicks);

    /// <summary>Notes a failure.</summary>
    /// <returns>How long to wait.</returns>
    private TimeSpan Pause(string reason, string error)
    {
        _isWatching = false;

        // Something that cuts connections again and again, or fails in one way after another, is told once a minute.
        if ((!_isTold || _lastError != error) && _failures.IsDue(out _))
        {
            _isTold = true;
            Log.Failed(_logger, Resource, ApiErrors.Printable(error));
        }

        _lastError = error;
        _client.Metrics.WatchRestarted(Resource.ToString(), reason);
        var wait = _backoff.Next();
        if (_backoff.Failures > MaximumResumes)
        {
            _version = null;
        }

        return wait;
    }
}
