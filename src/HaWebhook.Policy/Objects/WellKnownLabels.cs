namespace HaWebhook.Policy.Objects;

/// <summary>Labels that Kubernetes itself sets (Kubernetes, Well-Known Labels).</summary>
internal static class WellKnownLabels
{
    /// <summary>On nodes: the node's name.</summary>
    public const string Hostname = "kubernetes.io/hostname";

    /// <summary>On nodes: the zone that they are in.</summary>
    public const string Zone = "topology.kubernetes.io/zone";

    /// <summary>On nodes: the zone that they are in, as it was called before Kubernetes 1.17.</summary>
    public const string FormerZone = "failure-domain.beta.kubernetes.io/zone";

    /// <summary>On any object: what it is of the application (Kubernetes, Recommended Labels).</summary>
    public const string Component = "app.kubernetes.io/component";

    /// <summary>On any object: the tool that made it, and keeps it as it is (Kubernetes, Recommended Labels).</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>On any object: what tells an installation of an application from others (Kubernetes, Recommended Labels).</summary>
    public const string Instance = "app.kubernetes.io/instance";

    /// <summary>On the pods of a Deployment: tells its revisions apart.</summary>
    public const string PodTemplateHash = "pod-template-hash";

    /// <summary>On pods: what controllers add, and what so differs from pod to pod or from revision to revision.</summary>
    public static readonly IReadOnlyList<string> Generated =
    [
        PodTemplateHash,
        "controller-revision-hash",
        "pod-template-generation",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-name",
        "batch.kubernetes.io/job-completion-index",
        "controller-uid",
        "job-name",
        "rollouts-pod-template-hash",
    ];
}
