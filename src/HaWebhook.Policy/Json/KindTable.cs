using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Json;

/// <summary>How an object is read, and so what it is to the rules.</summary>
internal enum ObjectShape
{
    Workload,
    DaemonSet,
    Job,
    Pod,
    Autoscaler,
    Scale,
    ReplicatedResource,
    PersistentVolumeClaim,
    PodDisruptionBudget,
    Namespace,
}

/// <summary>A kind that means something here.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Resource">Resource, the plural in URLs.</param>
/// <param name="Shape">How its objects are read.</param>
/// <param name="CountPaths">Where a replicated resource keeps its counts; empty for the others.</param>
internal sealed record KindEntry(string Group, string Kind, string Resource, ObjectShape Shape, IReadOnlyList<(string Path, int Absent)> CountPaths)
{
    /// <summary>Group and kind in UTF-8: they are compared with the bytes of every review.</summary>
    public byte[] GroupBytes { get; } = System.Text.Encoding.UTF8.GetBytes(Group);

    public byte[] KindBytes { get; } = System.Text.Encoding.UTF8.GetBytes(Kind);

    /// <summary>What the absence of a workload's <c>spec.replicas</c> means.</summary>
    public int AbsentReplicas { get; init; } = 1;
}

/// <summary>The kinds that are read: Kubernetes' own, and those that the policy lists.</summary>
internal sealed class KindTable
{
    private static readonly KindEntry[] _builtIn =
    [
        BuiltIn("apps", "Deployment", "deployments", ObjectShape.Workload),
        BuiltIn("", "Pod", "pods", ObjectShape.Pod),
        BuiltIn("autoscaling", "Scale", "scales", ObjectShape.Scale),
        BuiltIn("apps", "ReplicaSet", "replicasets", ObjectShape.Workload),
        BuiltIn("apps", "StatefulSet", "statefulsets", ObjectShape.Workload),
        BuiltIn("apps", "DaemonSet", "daemonsets", ObjectShape.DaemonSet),
        BuiltIn("batch", "Job", "jobs", ObjectShape.Job),
        BuiltIn("batch", "CronJob", "cronjobs", ObjectShape.Job),
        BuiltIn("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers", ObjectShape.Autoscaler),
        BuiltIn("keda.sh", "ScaledObject", "scaledobjects", ObjectShape.Autoscaler),
        BuiltIn("", "ReplicationController", "replicationcontrollers", ObjectShape.Workload),
        BuiltIn("", "PersistentVolumeClaim", "persistentvolumeclaims", ObjectShape.PersistentVolumeClaim),
        // What OpenShift's API server scales a DeploymentConfig with.
        BuiltIn("extensions", "Scale", "scales", ObjectShape.Scale),
        BuiltIn("policy", "PodDisruptionBudget", "poddisruptionbudgets", ObjectShape.PodDisruptionBudget),
        BuiltIn("", "Namespace", "namespaces", ObjectShape.Namespace),
    ];

    private readonly KindEntry[] _entries;

    public KindTable(IReadOnlyList<CustomWorkload> workloads, IReadOnlyList<CustomReplicatedResource> replicatedResources) =>
        _entries =
        [
            .. _builtIn,
            .. workloads.Select(w => BuiltIn(w.Group, w.Kind, w.Resource, ObjectShape.Workload) with { AbsentReplicas = w.Absent }),
            .. replicatedResources
                .GroupBy(r => (r.Group, r.Kind, r.Resource))
                .Select(r => new KindEntry(r.Key.Group, r.Key.Kind, r.Key.Resource, ObjectShape.ReplicatedResource, [.. r.Select(x => (x.Path, x.Absent))])),
        ];

    /// <summary>What is judged, by group and resource. A Scale is a subresource of what it scales, and none by itself.</summary>
    public IEnumerable<(string Group, string Resource)> Resources =>
        _entries.Where(entry => entry.Shape != ObjectShape.Scale).Select(entry => (entry.Group, entry.Resource)).Distinct();

    /// <summary>The entry of a group and kind; null for kinds that mean nothing here.</summary>
    public KindEntry? Find(ReadOnlySpan<byte> group, ReadOnlySpan<byte> kind)
    {
        foreach (var entry in _entries)
        {
            if (kind.SequenceEqual(entry.KindBytes) && group.SequenceEqual(entry.GroupBytes))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>The entry of a group and kind; null for kinds that mean nothing here.</summary>
    public KindEntry? Find(string group, string kind) => Array.Find(_entries, entry => entry.Kind == kind && entry.Group == group);

    /// <summary>Whether a kind is read without the policy's word.</summary>
    public static bool IsBuiltIn(string group, string kind) => Array.Exists(_builtIn, entry => entry.Kind == kind && entry.Group == group);

    /// <summary>The kind behind a resource; null where it is not in the table.</summary>
    public string? KindOfResource(string group, string resource) =>
        Array.Find(_entries, entry => entry.Resource == resource && entry.Group == group)?.Kind;

    private static KindEntry BuiltIn(string group, string kind, string resource, ObjectShape shape) => new(group, kind, resource, shape, []);
}
