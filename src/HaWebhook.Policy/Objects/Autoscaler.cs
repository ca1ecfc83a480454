namespace HaWebhook.Policy.Objects;

/// <summary>A HorizontalPodAutoscaler or a KEDA ScaledObject.</summary>
public sealed record Autoscaler : KubernetesObject
{
    /// <summary>The floor as it was given; null where it was left out. See <see cref="Floor"/>.</summary>
    public int? Minimum { get; init; }

    /// <summary>The ceiling as it was given; null where it was left out. See <see cref="Ceiling"/>.</summary>
    public int? Maximum { get; init; }

    /// <summary>
    /// <c>idleReplicaCount</c> of a ScaledObject: the replicas while none of its triggers is active; null where absent, and for the other kind.
    /// </summary>
    public int? IdleReplicaCount { get; init; }

    /// <summary>Kind of the workload it scales. A ScaledObject that leaves it out means a Deployment.</summary>
    public string TargetKind { get; init; } = "";

    /// <summary>Group of the workload it scales.</summary>
    public string TargetGroup { get; init; } = "";

    /// <summary>Name of the workload it scales, in its own namespace.</summary>
    public string TargetName { get; init; } = "";

    /// <summary>Whether this is a KEDA ScaledObject.</summary>
    public bool IsScaledObject => Kind == "ScaledObject";

    /// <summary>The field that holds the floor.</summary>
    public string FloorField => IsScaledObject ? "spec.minReplicaCount" : "spec.minReplicas";

    /// <summary>
    /// The fewest replicas that it scales down to. Absent means 1 for a HorizontalPodAutoscaler (Kubernetes API) and 0 for
    /// a ScaledObject (KEDA, ScaledObject specification).
    /// </summary>
    public int Floor => Minimum ?? (IsScaledObject ? 0 : 1);

    /// <summary>The field that holds the ceiling.</summary>
    public string CeilingField => IsScaledObject ? "spec.maxReplicaCount" : "spec.maxReplicas";

    /// <summary>
    /// The most replicas that it scales up to. Absent means 100 for a ScaledObject (KEDA, ScaledObject specification); a HorizontalPodAutoscaler
    /// must give it, and null says that it does not.
    /// </summary>
    public int? Ceiling => Maximum ?? (IsScaledObject ? 100 : null);

    /// <summary>Whether this is what it scales, if it is of the same namespace.</summary>
    public bool Scales(KubernetesObject workload) =>
        workload.Metadata.Name == TargetName && workload.Kind == TargetKind && workload.Group == TargetGroup;

    /// <summary>Whether KEDA made it for a ScaledObject, which is judged in its place.</summary>
    public bool IsOwnedByScaledObject => Metadata.Controller is { Kind: "ScaledObject" } owner && GroupOf(owner.ApiVersion) == "keda.sh";
}
