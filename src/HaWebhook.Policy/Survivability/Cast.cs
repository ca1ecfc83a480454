using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>
/// Everything that keeps pods running, found from the pods up their owners and from the objects themselves. Owners are looked up by kind and name: the
/// topmost that is known counts. A ReplicaSet that is not known stands for the Deployment or Rollout that its name begins with, less the hash of its
/// revision, so that ReplicaSets need not be loaded.
/// </summary>
internal sealed class Cast
{
    private const int DeepestOwner = 8;

    private readonly ClusterPicture _picture;
    private readonly Dictionary<string, Space> _spaces = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Namespace, string Group, string Kind, string Name), Subject?> _byOwner = [];
    private readonly List<Subject> _subjects = [];

    private Cast(ClusterPicture picture)
    {
        _picture = picture;
        foreach (var (name, related) in picture.Namespaces)
        {
            _spaces[name] = new(name, related);
        }
    }

    /// <summary>All of them that are not switched off, by namespace, kind and name.</summary>
    public IReadOnlyList<Subject> Subjects { get; private set; } = [];

    /// <summary>Those whose count is 0.</summary>
    public IReadOnlyList<Subject> SwitchedOff { get; private set; } = [];

    /// <summary>The pods that have not ended, each with what keeps it running; null for those of Jobs and of nodes.</summary>
    public List<Placed> Pods { get; } = [];

    public static Cast Of(ClusterPicture picture)
    {
        var cast = new Cast(picture);
        cast.FindFromObjects();
        cast.FindFromPods();
        foreach (var subject in cast._subjects)
        {
            subject.Need = Needs.Of(subject, picture.Pods is not null);
        }

        if (picture.Pods is null)
        {
            cast.CountWorkloads();
        }

        foreach (var budget in cast._spaces.Values.SelectMany(space => space.Budgets))
        {
            budget.Settle();
        }

        QuorumMembers.Join(cast._subjects);
        var ordered = cast._subjects
            .OrderBy(subject => subject.Space.Name, StringComparer.Ordinal)
            .ThenBy(subject => subject.Owner.Kind, StringComparer.Ordinal)
            .ThenBy(subject => subject.Owner.Name, StringComparer.Ordinal)
            .ToList();
        cast.Subjects = [.. ordered.Where(subject => subject.Need.Desired > 0 && !subject.IsPartOfAnother)];
        cast.SwitchedOff = [.. ordered.Where(subject => subject.Need.Desired <= 0)];
        return cast;
    }

    private void FindFromObjects()
    {
        foreach (var space in _spaces.Values.OrderBy(space => space.Name, StringComparer.Ordinal))
        {
            foreach (var item in space.Related.Workloads.PodOwners.Concat<KubernetesObject>(space.Related.Workloads.ReplicatedResources))
            {
                // Of pods, those that run are known better from the cluster; a DaemonSet without them has no number.
                var counts = item is Workload or ReplicatedResource
                    || (item is Pod { RunsToCompletion: false, Metadata.Controller: null } && _picture.Pods is null);
                if (counts)
                {
                    Find(space, new(item.ApiVersion, item.Kind, item.Metadata.Name, item.Metadata.Uid, IsController: true), "", 0);
                }
            }
        }
    }

    private void FindFromPods()
    {
        foreach (var pod in _picture.Pods ?? [])
        {
            var subject = SubjectOf(pod);
            var budgets = SpaceOf(pod.Namespace).BudgetsOf(pod.Labels);
            foreach (var budget in budgets)
            {
                budget.Add(pod, subject);
            }

            if (!pod.HasEnded)
            {
                var placed = new Placed(pod, subject, budgets);
                subject?.Add(placed);
                Pods.Add(placed);
            }
        }
    }

    private Subject? SubjectOf(RunningPod pod)
    {
        var space = SpaceOf(pod.Namespace);
        return QuorumMembers.PoolOf(pod, space) is { } pool ? Find(space, pool, "", 0)
            : pod.Controller is { } owner ? Find(space, owner, HashOf(pod), 0)
            : pod.IsMirror || pod.RunsToCompletion || pod.HasEnded ? null
            : Add(space, null, new("v1", "Pod", pod.Name, "", IsController: true));
    }

    private void CountWorkloads()
    {
        foreach (var subject in _subjects)
        {
            if (subject.Source is PodOwner owner)
            {
                foreach (var budget in subject.Space.BudgetsOf(owner.Template.Metadata.Labels))
                {
                    budget.Add(subject);
                }
            }
        }
    }

    private Space SpaceOf(string name)
    {
        if (!_spaces.TryGetValue(name, out var space))
        {
            _spaces.Add(name, space = new(name, RelatedObjects.None));
        }

        return space;
    }

    /// <summary>What stands for an owner; null for what ends by itself, and for nodes.</summary>
    private Subject? Find(Space space, OwnerReference owner, string hash, int depth)
    {
        var key = (space.Name, KubernetesObject.GroupOf(owner.ApiVersion), owner.Kind, owner.Name);
        if (!_byOwner.TryGetValue(key, out var subject))
        {
            subject = Look(space, owner, key.Item2, hash, depth);
            _byOwner[key] = subject;
        }

        return subject;
    }

    private Subject? Look(Space space, OwnerReference owner, string group, string hash, int depth)
    {
        if ((group, owner.Kind) is ("batch", _) or ("", "Node"))
        {
            return null;
        }

        var found = space.Related.Workloads.Find(group, owner.Kind, owner.Name);
        if (found is null && group == "apps" && owner.Kind == "ReplicaSet" && Revised(space, owner.Name, hash) is { } revised)
        {
            owner = new(revised.ApiVersion, revised.Kind, revised.Metadata.Name, revised.Metadata.Uid, IsController: true);
            return Find(space, owner, "", depth + 1);
        }

        if (found?.Metadata.Controller is { } above && depth < DeepestOwner && Stands(space, above))
        {
            return Find(space, above, "", depth + 1);
        }

        // The parts of a resource that counts several stand for themselves.
        return found is ReplicatedResource { Counts.Count: not 1 } ? null : Add(space, found, owner);
    }

    /// <summary>Whether an owner is known and stands for what it made.</summary>
    private static bool Stands(Space space, OwnerReference owner) =>
        space.Related.Workloads.Find(KubernetesObject.GroupOf(owner.ApiVersion), owner.Kind, owner.Name)
            is Workload or ReplicatedResource { Counts.Count: 1 };

    private static Workload? Revised(Space space, string name, string hash)
    {
        if (hash.Length == 0 || !name.EndsWith(hash, StringComparison.Ordinal) || name.Length < hash.Length + 2 || name[^(hash.Length + 1)] != '-')
        {
            return null;
        }

        var owner = name[..^(hash.Length + 1)];
        var workloads = space.Related.Workloads;
        return (workloads.Find("apps", "Deployment", owner) ?? workloads.Find("argoproj.io", "Rollout", owner)) as Workload;
    }

    private static string HashOf(RunningPod pod) =>
        pod.Labels.TryGetValue(WellKnownLabels.PodTemplateHash, out var hash) || pod.Labels.TryGetValue("rollouts-pod-template-hash", out hash) ? hash : "";

    private Subject Add(Space space, KubernetesObject? source, OwnerReference owner)
    {
        var key = (space.Name, KubernetesObject.GroupOf(owner.ApiVersion), owner.Kind, owner.Name);
        if (_byOwner.GetValueOrDefault(key) is { } known)
        {
            return known;
        }

        var subject = new Subject(source, owner, space);
        _subjects.Add(subject);
        _byOwner[key] = subject;
        return subject;
    }
}
