namespace HaWebhook.Policy.Objects;

/// <summary>
/// Everything of a namespace that has pods, to be looked up by name and by pod labels. Immutable; each index is built once, when it is first
/// asked or prepared.
/// What a controller made is there beside its owner where the front has loaded both: a Deployment, its ReplicaSets, their Pods.
/// </summary>
/// <param name="podOwners">Workloads, DaemonSets, Jobs and Pods, in any order.</param>
/// <param name="replicatedResources">Replicated resources, whose pods' labels only their operator knows.</param>
public sealed class WorkloadIndex(IReadOnlyList<PodOwner> podOwners, IReadOnlyList<ReplicatedResource> replicatedResources)
{
    /// <summary>Nothing that has pods.</summary>
    public static readonly WorkloadIndex Empty = new([], []);

    private readonly Lazy<LabelIndex<PodOwner>> _byLabels = new(() => new([.. podOwners.InOrder()], owner => owner.Template.Metadata.Labels));
    private readonly Lazy<Dictionary<(string Group, string Kind, string Name), KubernetesObject>> _byName = new(() => ByName(podOwners, replicatedResources));

    /// <summary>Workloads, DaemonSets, Jobs and Pods.</summary>
    public IReadOnlyList<PodOwner> PodOwners { get; } = podOwners;

    /// <summary>Replicated resources.</summary>
    public IReadOnlyList<ReplicatedResource> ReplicatedResources { get; } = replicatedResources;

    /// <summary>Those whose pods a selector selects, by the labels of their template, in the order of their names.</summary>
    public IReadOnlyList<PodOwner> SelectedBy(LabelSelector selector) => PodOwners.Count == 0 ? [] : _byLabels.Value.SelectedBy(selector);

    /// <summary>The object of this group, kind and name; null where there is none.</summary>
    public KubernetesObject? Find(string group, string kind, string name) =>
        PodOwners.Count + ReplicatedResources.Count == 0 ? null : _byName.Value.GetValueOrDefault((group, kind, name));

    /// <summary>Builds the indexes ahead, so that no review has to.</summary>
    /// <returns>Itself.</returns>
    public WorkloadIndex Prepare()
    {
        _ = _byLabels.Value;
        _ = _byName.Value;
        return this;
    }

    private static Dictionary<(string Group, string Kind, string Name), KubernetesObject> ByName(
        IReadOnlyList<PodOwner> podOwners, IReadOnlyList<ReplicatedResource> replicatedResources)
    {
        var byName = new Dictionary<(string Group, string Kind, string Name), KubernetesObject>();
        foreach (var item in podOwners.Concat<KubernetesObject>(replicatedResources))
        {
            byName[(item.Group, item.Kind, item.Metadata.Name)] = item;
        }

        return byName;
    }
}
