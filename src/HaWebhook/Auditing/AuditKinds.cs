using HaWebhook.Cluster;
using HaWebhook.Kubernetes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Auditing;

/// <summary>The kinds that an audit lists, and what it cannot say without each.</summary>
internal static class AuditKinds
{
    /// <summary>Pods, of which there are the most.</summary>
    public static readonly ClusterKind Pods = new(RelatedKinds.Workloads, new("", "v1", "pods"), "Pod");

    /// <summary>Nodes.</summary>
    public static readonly ResourceType Nodes = new("", "v1", "nodes", IsNamespaced: false);

    /// <summary>Schedules of Velero; <c>v1</c> is the only version that it has ever served.</summary>
    public static readonly ResourceType Schedules = new("velero.io", "v1", "schedules");

    /// <summary>Snapshots of volumes, by the external snapshotter.</summary>
    public static readonly ResourceType Snapshots = new("snapshot.storage.k8s.io", "v1", "volumesnapshots");

    /// <summary>What rules judge and caches do not keep: their pods end, so that nothing else hangs on them.</summary>
    private static readonly ClusterKind[] _jobs =
    [
        new(RelatedKinds.None, new("batch", "v1", "cronjobs"), "CronJob"),
        new(RelatedKinds.None, new("batch", "v1", "jobs"), "Job"),
    ];

    /// <summary>What is listed beside what the server knows of the cluster anyway.</summary>
    public static IEnumerable<ResourceType> Further => [Pods.Resource, Nodes, .. _jobs.Select(kind => kind.Resource), Schedules, Snapshots];

    /// <summary>The kinds whose objects are judged, or stand around those that are; without namespaces and pods.</summary>
    /// <param name="options">The policy, whose custom kinds are among them where they are served.</param>
    /// <param name="groups">The groups that are served, with the version that each prefers.</param>
    public static IEnumerable<ClusterKind> Objects(PolicyOptions options, IReadOnlyDictionary<string, string> groups) =>
        ClusterKind.Needed(options, RelatedKinds.All, groups).Where(kind => kind != ClusterKind.Namespaces).Concat(_jobs);

    /// <summary>What is not known without a kind, as a sentence.</summary>
    public static string Consequence(ClusterKind kind) => kind.Related switch
    {
        _ when kind == Pods => "Survivability is what the manifests guarantee, not what would become of the pods, and no rule about running pods can judge.",
        RelatedKinds.Autoscalers => "Rules that need to know all autoscalers are skipped, and replicas are those that the workloads ask for.",
        RelatedKinds.DisruptionBudgets => "Whether a drain is blocked is not known, and rules that need to know disruption budgets are skipped.",
        RelatedKinds.Claims => "Rules that need to know claims are skipped.",
        _ when kind.IsCustom => $"No {kind.Kind} is judged.",
        RelatedKinds.Workloads => $"No {kind.Kind} is judged, and rules that need to know all workloads of a namespace are skipped.",
        _ => $"No {kind.Kind} is judged.",
    };
}
