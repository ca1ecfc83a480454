using System.Collections.Concurrent;
using System.Text.Json;
using HaWebhook.Kubernetes.Json;

namespace HaWebhook.Kubernetes.Caching;

/// <summary>The objects of a cache. One writes, many read.</summary>
/// <param name="reduce">Makes what is kept of an object's JSON.</param>
/// <param name="changes">Is told each change, after it was made, and what the reducer could not read.</param>
internal sealed class CachedObjects<T>(Func<ReadOnlyMemory<byte>, T?> reduce, WatchedChanges<T> changes)
    where T : class
{
    private readonly ConcurrentDictionary<ObjectKey, CachedObject<T>> _objects = new();

    /// <summary>Names of namespaces, each once: a cluster has thousands of objects in a handful of them.</summary>
    private readonly Dictionary<string, string> _namespaces = [];

    public int Count => _objects.Count;

    public IEnumerable<KeyValuePair<ObjectKey, T>> All => _objects.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Value!));

    public T? Find(ObjectKey key) => _objects.TryGetValue(key, out var found) ? found.Value : null;

    /// <summary>Reads an object, or finds it where it is known in this very state.</summary>
    /// <exception cref="InvalidDataException">It is no object.</exception>
    public CachedObject<T> Read(ReadOnlyMemory<byte> json)
    {
        var meta = ReadMeta(json);
        if (meta is not { Name.Length: > 0, ResourceVersion.Length: > 0 })
        {
            throw new InvalidDataException("an object has no name or no resourceVersion");
        }

        var key = new ObjectKey(Shared(meta.Namespace ?? ""), meta.Name);
        if (_objects.TryGetValue(key, out var known) && known.IsStateOf(meta))
        {
            return known;
        }

        return new(key, meta.Uid, meta.ResourceVersion, Reduce(key, json));
    }

    /// <summary>The resourceVersion of a bookmark's object, which has nothing else.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static string VersionOf(ReadOnlyMemory<byte> json) =>
        ReadMeta(json)?.ResourceVersion is { Length: > 0 } version ? version : throw new InvalidDataException("a bookmark has no resourceVersion");

    /// <summary>Takes an object's newest state. One that is known is taken only once.</summary>
    public void Put(CachedObject<T> state)
    {
        if (!_objects.TryGetValue(state.Key, out var known))
        {
            Add(state);
        }
        else if (known.Uid != state.Uid || state.Value is null)
        {
            // Deleted, and perhaps created again under its old name while nobody looked.
            Remove(known);
            Add(state);
        }
        else if (known.ResourceVersion != state.ResourceVersion)
        {
            _objects[state.Key] = state;
            changes.Tell(new(state.Key, known.Value, state.Value));
        }
    }

    /// <summary>Takes an object's deletion. That of a namesake means nothing.</summary>
    public void Delete(CachedObject<T> last)
    {
        if (_objects.TryGetValue(last.Key, out var known) && known.Uid == last.Uid)
        {
            Remove(known);
        }
    }

    /// <summary>Takes all objects that there are; only what differs is a change.</summary>
    public void Replace(IReadOnlyCollection<CachedObject<T>> states)
    {
        var names = states.Select(state => state.Key).ToHashSet();
        foreach (var (key, known) in _objects)
        {
            if (!names.Contains(key))
            {
                Remove(known);
            }
        }

        foreach (var state in states)
        {
            Put(state);
        }
    }

    private void Add(CachedObject<T> state)
    {
        if (state.Value is not null)
        {
            _objects[state.Key] = state;
            changes.Tell(new(state.Key, null, state.Value));
        }
    }

    private void Remove(CachedObject<T> known)
    {
        _objects.TryRemove(known.Key, out _);
        changes.Tell(new(known.Key, known.Value, null));
    }

    private T? Reduce(ObjectKey key, ReadOnlyMemory<byte> json)
    {
        try
        {
            return reduce(json);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            changes.TellUnreadable(key, exception);
            return null;
        }
    }

    private string Shared(string name)
    {
        _namespaces.TryAdd(name, name);
        return _namespaces[name];
    }

    private static ObjectMeta? ReadMeta(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, WireJson.Default.ObjectHead)?.Metadata;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"an object makes no sense: {exception.Message}", exception);
        }
    }
}
