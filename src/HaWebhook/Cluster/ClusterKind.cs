using HaWebhook.Kubernetes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Cluster;

/// <summary>A kind of which the objects are kept.</summary>
/// <param name="Related">What they are to rules; <see cref="RelatedKinds.None"/> for namespaces, which are always kept.</param>
/// <param name="Resource">Where they are.</param>
/// <param name="Kind">Their kind.</param>
/// <param name="Shape">How the policy describes a custom kind; empty for others.</param>
internal sealed record ClusterKind(RelatedKinds Related, ResourceType Resource, string Kind, string Shape = "")
{
    /// <summary>Namespaces: their labels set modes and choose overrides.</summary>
    public static readonly ClusterKind Namespaces = new(RelatedKinds.None, new("", "v1", "namespaces", IsNamespaced: false), "Namespace");

    /// <summary>HorizontalPodAutoscalers.</summary>
    public static readonly ClusterKind HorizontalPodAutoscalers =
        new(RelatedKinds.Autoscalers, new("autoscaling", "v2", "horizontalpodautoscalers"), "HorizontalPodAutoscaler");

    /// <summary>KEDA's ScaledObjects; <c>v1alpha1</c> is the only version that KEDA has ever served.</summary>
    public static readonly ClusterKind ScaledObjects = new(RelatedKinds.Autoscalers, new("keda.sh", "v1alpha1", "scaledobjects"), "ScaledObject");

    /// <summary>PodDisruptionBudgets.</summary>
    public static readonly ClusterKind PodDisruptionBudgets = new(RelatedKinds.DisruptionBudgets, new("policy", "v1", "poddisruptionbudgets"), "PodDisruptionBudget");

    /// <summary>
    /// Kubernetes' own. Pods and Jobs are not among them: there are too many, and their owners stand for them.
    /// </summary>
    public static readonly IReadOnlyList<ClusterKind> BuiltIn =
    [
        Namespaces,
        HorizontalPodAutoscalers,
        ScaledObjects,
        PodDisruptionBudgets,
        new(RelatedKinds.Claims, new("", "v1", "persistentvolumeclaims"), "PersistentVolumeClaim"),
        new(RelatedKinds.Workloads, new("apps", "v1", "deployments"), "Deployment"),
        new(RelatedKinds.Workloads, new("apps", "v1", "statefulsets"), "StatefulSet"),
        new(RelatedKinds.Workloads, new("apps", "v1", "daemonsets"), "DaemonSet"),
        new(RelatedKinds.Workloads, new("apps", "v1", "replicasets"), "ReplicaSet"),
        new(RelatedKinds.Workloads, new("", "v1", "replicationcontrollers"), "ReplicationController"),
    ];

    /// <summary>Its group and version as objects name them.</summary>
    public string ApiVersion => Resource.Group.Length == 0 ? Resource.Version : $"{Resource.Group}/{Resource.Version}";

    /// <summary>The kinds that a policy needs, of those that the API server serves.</summary>
    /// <param name="options">The policy, whose custom kinds are kept beside Kubernetes' own.</param>
    /// <param name="uses">The related objects that its rules look at.</param>
    /// <param name="groups">The groups that are served, with the version that each prefers.</param>
    public static IEnumerable<ClusterKind> Needed(PolicyOptions options, RelatedKinds uses, IReadOnlyDictionary<string, string> groups)
    {
        var custom = Custom(options)
            .Where(kind => groups.ContainsKey(kind.Resource.Group))
            .Select(kind => kind with { Resource = kind.Resource with { Version = groups[kind.Resource.Group] } });
        return BuiltIn
            .Where(kind => kind != ScaledObjects || groups.ContainsKey(kind.Resource.Group))
            .Concat(custom)
            .Where(kind => kind.Related == RelatedKinds.None || (uses & kind.Related) != 0);
    }

    /// <summary>
    /// Whether single objects are looked up before a denial: a namespace that is too new to be known, and what a scale or an autoscaler is about.
    /// </summary>
    public bool IsLookedUp => Related is RelatedKinds.None or RelatedKinds.Workloads;

    /// <summary>Whether it is a custom kind of the policy.</summary>
    public bool IsCustom => Shape.Length > 0;

    /// <summary>Whether the other is the same kind, though perhaps of another version.</summary>
    public bool IsSameResource(ClusterKind other) => Resource.Group == other.Resource.Group && Resource.Plural == other.Resource.Plural;

    /// <summary>Whether a policy names this custom kind, and describes it as here.</summary>
    public bool IsNamedBy(PolicyOptions options) => Custom(options).Any(named => IsSameResource(named) && Kind == named.Kind && Shape == named.Shape);

    /// <summary>The custom kinds of a policy, of no version.</summary>
    public static IEnumerable<ClusterKind> Custom(PolicyOptions options) =>
        options.Workloads.Select(known => (Resource: new ResourceType(known.Group, "", known.Resource), known.Kind, Shape: known.ToString()))
            .Concat(options.ReplicatedResources
                .Select(known => (Resource: new ResourceType(known.Group, "", known.Resource), known.Kind, Shape: known.ToString())))
            .GroupBy(known => (known.Resource, known.Kind), known => known.Shape)
            .Select(known => new ClusterKind(RelatedKinds.Workloads, known.Key.Resource, known.Key.Kind, string.Join(';', known)));
}
