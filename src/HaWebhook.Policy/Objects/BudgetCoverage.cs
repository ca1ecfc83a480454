namespace HaWebhook.Policy.Objects;

/// <summary>What a disruption budget is about: everything of its namespace whose pods it selects, and how many pods those are at the least.</summary>
/// <param name="Owners">
/// Those whose pods it selects, in the order of their names. What another of them made is left out: its maker stands for it.
/// </param>
/// <param name="Running">The workloads among them that are not switched off, each with its effective replicas.</param>
/// <param name="Replicas">
/// The pods that Kubernetes expects: the effective replicas together. Null where some of <paramref name="Owners"/> has pods that no replica count
/// tells of.
/// </param>
internal sealed record BudgetCoverage(
    IReadOnlyList<PodOwner> Owners, IReadOnlyList<(Workload Workload, EffectiveReplicas Effective)> Running, int? Replicas)
{
    /// <summary>The first of the owners whose pods cannot be counted: a DaemonSet, a Job, a Pod; null where all can.</summary>
    public PodOwner? Uncounted => Owners.FirstOrDefault(owner => owner is not Workload);

    /// <summary>
    /// Whether certainly none of the pods was made by something with a scale, which is what Kubernetes counts them by. A Pod of a controller that is
    /// not known here may have been; and a Pod of its own that ends, such as a chart's test, only carries the labels of the pods that are meant.
    /// </summary>
    public bool HasNoScale => Owners.All(owner =>
        owner is DaemonSet or Job
        || owner is Pod { Metadata.Controller: { IsBuiltIn: true, Kind: "DaemonSet" or "Job" } }
        || owner is Pod { Metadata.Controller: null, RunsToCompletion: false });

    /// <summary>The coverage of a budget's selector.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="related">Knows what it selects.</param>
    /// <param name="changed">An autoscaler that counts as it is here, whatever is known of it; null for none.</param>
    public static BudgetCoverage Of(LabelSelector selector, RelatedObjects related, Autoscaler? changed = null)
    {
        List<PodOwner> owners = [];
        List<(Workload Workload, EffectiveReplicas Effective)> running = [];
        long replicas = 0;
        foreach (var owner in related.Workloads.SelectedBy(selector))
        {
            if (IsMade(owner, selector, related.Workloads))
            {
                continue;
            }

            owners.Add(owner);
            if (owner is Workload workload && Effective(workload) is { Count: > 0 } effective)
            {
                running.Add((workload, effective));
                replicas += effective.Count;
            }
        }

        return new(owners, running, owners.TrueForAll(owner => owner is Workload) ? (int)Math.Min(int.MaxValue, replicas) : null);

        EffectiveReplicas Effective(Workload workload) => changed is not null && changed.Scales(workload)
            ? EffectiveReplicas.With(workload, related, changed)
            : EffectiveReplicas.Of(workload, related);
    }

    /// <summary>Whether what made it is selected as well, and stands for it.</summary>
    private static bool IsMade(PodOwner owner, LabelSelector selector, WorkloadIndex workloads) =>
        owner.Metadata.Controller is { } maker
        && workloads.Find(KubernetesObject.GroupOf(maker.ApiVersion), maker.Kind, maker.Name) is PodOwner found
        && selector.Matches(found.Template.Metadata.Labels);
}
