using System.Collections.Concurrent;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Cluster;

/// <summary>
/// What is kept of the objects of one namespace. Caches change it as events come; reviews look at <see cref="Current"/>, which is put together
/// anew in the background, so that no review pays for the size of its namespace.
/// </summary>
/// <param name="empty">What reviews see until something is put together: which kinds are loaded, and what is known of the API server.</param>
internal sealed class NamespaceObjects(RelatedObjects empty)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RelatedKinds, Dictionary<(ClusterKind Kind, string Name), KeptObject>> _objects = new()
    {
        [RelatedKinds.Autoscalers] = [],
        [RelatedKinds.DisruptionBudgets] = [],
        [RelatedKinds.Claims] = [],
        [RelatedKinds.Workloads] = [],
    };

    private readonly ConcurrentDictionary<string, bool> _uids = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, string>? _labels;
    private RelatedKinds _changed;
    private volatile RelatedObjects _current = empty;

    /// <summary>What reviews see.</summary>
    public RelatedObjects Current => _current;

    /// <summary>Takes in an object that is new, has changed or, where it is null, is gone.</summary>
    /// <returns>Whether reviews see anything of it. Most changes in a cluster are statuses, which no rule reads.</returns>
    public bool Set(ClusterKind kind, string name, KeptObject? kept)
    {
        lock (_lock)
        {
            var objects = _objects[kind.Related];
            if (objects.TryGetValue((kind, name), out var old) && kept?.IsSameAs(old) == true)
            {
                return false;
            }

            if (old is not null)
            {
                objects.Remove((kind, name));
                _uids.TryRemove(old.Uid, out _);
            }

            if (kept is not null)
            {
                objects.Add((kind, name), kept);
                _uids.TryAdd(kept.Uid, true);
            }

            // An object that is known by its uid alone is in no index.
            if (old?.Subject is not null || kept?.Subject is not null)
            {
                _changed |= kind.Related;
            }

            return true;
        }
    }

    /// <summary>Forgets all objects of a kind.</summary>
    public void Forget(ClusterKind kind)
    {
        lock (_lock)
        {
            foreach (var (_, name) in _objects[kind.Related].Keys.Where(key => key.Kind == kind).ToArray())
            {
                Set(kind, name, null);
            }
        }
    }

    /// <summary>Whether nothing is left of the namespace, so that it can be forgotten.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _labels is null && _objects.Values.All(objects => objects.Count == 0);
            }
        }
    }

    /// <summary>Takes in the namespace's own labels; null where it is gone, or was never seen.</summary>
    public void SetLabels(IReadOnlyDictionary<string, string>? labels)
    {
        lock (_lock)
        {
            _labels = labels;
        }
    }

    /// <summary>Puts together what reviews see from now on. Only kinds that have changed are indexed anew.</summary>
    /// <param name="empty">What is seen of a namespace in which nothing is: it says which kinds are loaded, and what is known of the API server.</param>
    public void Refresh(RelatedObjects empty)
    {
        lock (_lock)
        {
            var fresh = empty with { NamespaceLabels = _labels ?? empty.NamespaceLabels, IsKnownUid = _uids.ContainsKey };
            if (empty.Has(RelatedKinds.Autoscalers))
            {
                fresh = fresh with { Autoscalers = IsCurrent(RelatedKinds.Autoscalers) ? _current.Autoscalers : new AutoscalerIndex([.. Subjects<Autoscaler>()]).Prepare() };
            }

            if (empty.Has(RelatedKinds.DisruptionBudgets))
            {
                fresh = fresh with
                {
                    DisruptionBudgets = IsCurrent(RelatedKinds.DisruptionBudgets)
                        ? _current.DisruptionBudgets
                        : new DisruptionBudgetIndex([.. Subjects<PodDisruptionBudget>()]).Prepare(),
                };
            }

            if (empty.Has(RelatedKinds.Claims))
            {
                fresh = fresh with
                {
                    Claims = IsCurrent(RelatedKinds.Claims)
                        ? _current.Claims
                        : Subjects<PersistentVolumeClaim>().ToDictionary(claim => claim.Metadata.Name, StringComparer.Ordinal),
                };
            }

            if (empty.Has(RelatedKinds.Workloads))
            {
                fresh = fresh with
                {
                    Workloads = IsCurrent(RelatedKinds.Workloads)
                        ? _current.Workloads
                        : new WorkloadIndex([.. Subjects<PodOwner>()], [.. Subjects<ReplicatedResource>()]).Prepare(),
                };
            }

            _changed &= ~empty.Loaded;
            _current = fresh;
        }
    }

    /// <summary>The objects that are kept whole, in no order.</summary>
    public IReadOnlyList<(ClusterKind Kind, KeptObject Kept)> Whole()
    {
        lock (_lock)
        {
            return [.. _objects.Values.SelectMany(objects => objects).Where(entry => entry.Value.Compressed.Length > 0).Select(entry => (entry.Key.Kind, entry.Value))];
        }
    }

    private bool IsCurrent(RelatedKinds kind) => _current.Has(kind) && (_changed & kind) == 0;

    private IEnumerable<T> Subjects<T>()
        where T : KubernetesObject => _objects.Values.SelectMany(objects => objects.Values).Select(kept => kept.Subject).OfType<T>();
}
