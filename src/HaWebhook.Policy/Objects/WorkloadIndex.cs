namespace HaWebhook.Policy.Objects;

/// <summary>
/// Everything of a namespace that has pods, to be looked up by name and by pod labels. Immutable; the indexes are built when they are first asked.
/// What a controller made is there beside its owner where the front has loaded both: a Deployment, its ReplicaSets, their Pods.
/// </summary>
/// <param name="podOwners">Workloads, DaemonSets, Jobs and Pods, in any order.</param>
/// <param name="replicatedResources">Replicated resources, whose pods' labels only their operator knows.</param>
public sealed class WorkloadIndex(IReadOnlyList<PodOwner> podOwners, IReadOnlyList<ReplicatedResource> replicatedResources)
{
    /// <summary>Nothing that has pods.</summary>
    public static readonly WorkloadIndex Empty = new([], []);

    private LabelIndex<PodOwner>? _byLabels;
    private Dictionary<(string Group, string Kind, string Name), KubernetesObject>? _byName;

    /// <summary>Workloads, DaemonSets, Jobs and Pods.</summary>
    public IReadOnlyList<PodOwner> PodOwners { get; } = podOwners;

    /// <summary>Replicated resources.</summary>
    public IReadOnlyList<ReplicatedResource> ReplicatedResources { get; } = replicatedResources;

    /// <summary>Those whose pods a selector selects, by the labels of their template, in the order of their names.</summary>
    public IReadOnlyList<PodOwner> SelectedBy(LabelSelector selector)
    {
        if (PodOwners.Count == 0)
        {
            return [];
        }

        _byLabels ??= new([.. PodOwners.InOrder()], owner => owner.Template.Metadata.Labels);
        return _byLabels.SelectedBy(selector);
    }

    /// <summary>The object of this group, kind and name; null where there is none.</summary>
    public KubernetesObject? Find(string group, string kind, string name)
    {
        if (PodOwners.Count + ReplicatedResources.Count == 0)
        {
            return null;
        }

        _byName ??= ByName();
        return _byName.GetValueOrDefault((group, kind, name));
    }

    private Dictionary<(string Group, string Kind, string Name), KubernetesObject> ByName()
    {
        var byName = new Dictionary<(string Group, string Kind, string Name), KubernetesObject>();
        foreach (var item in PodOwners.Concat<KubernetesObject>(ReplicatedResources))
        {
            byName[(item.Group, item.Kind, item.Metadata.Name)] = item;
        }

        return byName;
    }
}
