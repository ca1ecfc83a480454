using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;

namespace HaWebhook.ApiServer.Storage;

/// <summary>
/// Every object, and every write since history was last compacted. One counter numbers the writes of all kinds, as etcd does; the past can
/// be listed by undoing the writes since.
/// </summary>
internal sealed class ObjectStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ApiKind, SortedDictionary<string, StoredObject>> _objects = [];
    private readonly List<StoreEvent> _history = [];
    private long _version = 1;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>The newest resourceVersion.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>The oldest resourceVersion that can still be listed or watched from.</summary>
    public long Oldest
    {
        get
        {
            lock (_lock)
            {
                return _version - _history.Count;
            }
        }
    }

    /// <summary>Forgets every write until now, as etcd's compaction does.</summary>
    public void Compact()
    {
        lock (_lock)
        {
            _history.Clear();
        }
    }

    public StoredObject? Get(ApiKind kind, string? @namespace, string name)
    {
        lock (_lock)
        {
            return _objects.TryGetValue(kind.Stored, out var objects) ? objects.GetValueOrDefault(StoredObject.KeyOf(@namespace, name)) : null;
        }
    }

    /// <summary>The objects of a kind, sorted by namespace and name, and the version that they were read at.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="at">The version to read at; null means now. It must be neither before <see cref="Oldest"/> nor to come.</param>
    public (IReadOnlyList<StoredObject> Objects, long Version) List(ApiKind kind, long? at = null)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue(kind.Stored, out var objects))
            {
                return ([], at ?? _version);
            }

            if (at is null || at == _version)
            {
                return ([.. objects.Values], _version);
            }

            var past = new SortedDictionary<string, StoredObject>(objects, StringComparer.Ordinal);
            for (var index = _history.Count - 1; index >= 0 && _history[index].Version > at; index--)
            {
                var (_, before, after, _) = _history[index];
                if (after.Kind == kind.Stored && before is null)
                {
                    past.Remove(after.Key);
                }
                else if (after.Kind == kind.Stored)
                {
                    past[after.Key] = before!;
                }
            }

            return ([.. past.Values], at.Value);
        }
    }

    /// <summary>Stores an object.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="value">The object.</param>
    /// <param name="replaced">What it replaces; null where it must be new.</param>
    /// <returns>What was stored, or null where something else has been written in between.</returns>
    public StoredObject? TryPut(ApiKind kind, JsonObject value, StoredObject? replaced)
    {
        lock (_lock)
        {
            var stored = kind.Conversion is null ? value : kind.Conversion.ToStored(value.DeepClone().AsObject());
            var after = new StoredObject(kind.Stored, stored, _version + 1);
            if (!_objects.TryGetValue(kind.Stored, out var objects))
            {
                _objects[kind.Stored] = objects = new(StringComparer.Ordinal);
            }

            if (objects.GetValueOrDefault(after.Key) != replaced)
            {
                return null;
            }

            objects[after.Key] = after;
            Record(new(after.Version, replaced, after, Deleted: false));
            return after;
        }
    }

    /// <summary>Removes an object; its last state gets a version of its own, as in a DELETED event.</summary>
    public StoredObject? TryRemove(StoredObject stored)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue(stored.Kind, out var objects) || objects.GetValueOrDefault(stored.Key) != stored)
            {
                return null;
            }

            objects.Remove(stored.Key);
            var last = new StoredObject(stored.Kind, stored.ToJson(), _version + 1);
            Record(new(last.Version, stored, last, Deleted: true));
            return last;
        }
    }

    /// <summary>The writes after a version, and a task that ends with the next one. Null where that version is compacted away.</summary>
    public (IReadOnlyList<StoreEvent> Events, long Version, Task Changed)? After(long version)
    {
        lock (_lock)
        {
            var oldest = _version - _history.Count;
            return version < oldest ? null : (_history[(int)(version - oldest)..], _version, _changed.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Record(StoreEvent written)
    {
        _version = written.Version;
        _history.Add(written);
        var signal = _changed;
        _changed = NewSignal();
        signal.SetResult();
    }
}
