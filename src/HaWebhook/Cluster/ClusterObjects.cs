using System.Collections.Concurrent;
using System.Threading.Channels;
using HaWebhook.Kubernetes;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Cluster;

/// <summary>What is kept of the objects of the whole cluster, by namespace.</summary>
/// <param name="clock">Measures how long indexing takes.</param>
/// <param name="logger">Is told what could not be indexed.</param>
internal sealed partial class ClusterObjects(TimeProvider clock, ILogger<ClusterObjects> logger)
{
    /// <summary>
    /// Indexing takes at most a twentieth of the time, so that a namespace of ten thousand objects in which something changes all the time costs
    /// no more than any other. What reviews see is that much older: less than half a second there, and a millisecond in usual namespaces.
    /// </summary>
    private const int Rest = 20;

    /// <summary>Held by whoever changes something, so that no namespace is forgotten while something comes into it.</summary>
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, NamespaceObjects> _namespaces = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _queued = new(StringComparer.Ordinal);
    private readonly Channel<string> _changed = Channel.CreateUnbounded<string>(new() { SingleReader = true });
    private volatile RelatedObjects _empty = RelatedObjects.None;
    private readonly LogPace _failures = new(clock);
    private volatile bool _isIndexing;

    /// <summary>What is seen of a namespace in which nothing is.</summary>
    public RelatedObjects Empty => _empty;

    /// <summary>Whether every change that was told is in what reviews see.</summary>
    public bool IsSettled => _queued.IsEmpty && !_isIndexing;

    /// <summary>What stands around an object of a namespace. Never waits.</summary>
    public RelatedObjects Around(string namespaceName) => _namespaces.TryGetValue(namespaceName, out var objects) ? objects.Current : _empty;

    /// <summary>The objects of a namespace that are kept whole, in no order.</summary>
    public IReadOnlyList<(ClusterKind Kind, KeptObject Kept)> Whole(string namespaceName) =>
        _namespaces.TryGetValue(namespaceName, out var objects) ? objects.Whole() : [];

    /// <summary>Takes in an object that is new, has changed or, where it is null, is gone.</summary>
    public void Set(ClusterKind kind, string namespaceName, string name, KeptObject? kept)
    {
        lock (_lock)
        {
            if (Of(namespaceName).Set(kind, name, kept))
            {
                Queue(namespaceName);
            }
        }
    }

    /// <summary>Takes in a namespace's labels; null where the namespace is gone.</summary>
    public void SetLabels(string namespaceName, IReadOnlyDictionary<string, string>? labels)
    {
        lock (_lock)
        {
            Of(namespaceName).SetLabels(labels);
            Queue(namespaceName);
        }
    }

    /// <summary>Forgets all objects of a kind.</summary>
    public void Forget(ClusterKind kind)
    {
        lock (_lock)
        {
            foreach (var (name, objects) in _namespaces)
            {
                objects.Forget(kind);
                Queue(name);
            }
        }
    }

    /// <summary>Takes in what is the same for all namespaces.</summary>
    public void SetEmpty(RelatedObjects empty)
    {
        _empty = empty;
        foreach (var name in _namespaces.Keys)
        {
            Queue(name);
        }
    }

    /// <summary>Keeps what reviews see up to date until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (await _changed.Reader.WaitToReadAsync(cancellation))
        {
            var started = clock.GetTimestamp();
            _isIndexing = true;
            while (_changed.Reader.TryRead(out var name))
            {
                // Before it is looked at: what changes meanwhile queues it anew.
                _queued.TryRemove(name, out _);
                Refresh(name);
            }

            _isIndexing = false;
            await Task.Delay(clock.GetElapsedTime(started) * Rest, clock, cancellation);
        }
    }

    private void Refresh(string namespaceName)
    {
        lock (_lock)
        {
            if (_namespaces.TryGetValue(namespaceName, out var gone) && gone.IsEmpty)
            {
                _namespaces.TryRemove(namespaceName, out _);
            }
        }

        try
        {
            if (_namespaces.TryGetValue(namespaceName, out var objects))
            {
                objects.Refresh(_empty);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // One namespace that cannot be indexed must not keep the others from it.
            if (_failures.IsDue(out var others))
            {
                Log.Failed(logger, namespaceName, others, exception);
            }
        }
    }

    private NamespaceObjects Of(string namespaceName) => _namespaces.GetOrAdd(namespaceName, _ => new NamespaceObjects(_empty));

    private void Queue(string namespaceName)
    {
        if (_queued.TryAdd(namespaceName, true))
        {
            _changed.Writer.TryWrite(namespaceName);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(58, LogLevel.Error, "namespace {Namespace} could not be indexed, and is judged by what was known of it before (untold before it: {Others})")]
        public static partial void Failed(ILogger logger, string @namespace, int others, Exception exception);
    }
}
