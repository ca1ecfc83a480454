namespace HaWebhook.Policy.Objects;

/// <summary>The part of a pod's spec that rules read.</summary>
public sealed record PodSpec
{
    /// <summary>A spec with nothing set.</summary>
    public static readonly PodSpec Empty = new();

    /// <summary>Absent <c>terminationGracePeriodSeconds</c> (Kubernetes API, PodSpec).</summary>
    public const int DefaultGracePeriodSeconds = 30;

    /// <summary>Regular containers, in their order.</summary>
    public IReadOnlyList<Container> Containers { get; init; } = [];

    /// <summary>Init containers, native sidecars among them, in their order; empty where absent.</summary>
    public IReadOnlyList<Container> InitContainers { get; init; } = [];

    /// <summary>Ephemeral containers, which <c>kubectl debug</c> adds to running pods; empty where absent.</summary>
    public IReadOnlyList<Container> EphemeralContainers { get; init; } = [];

    /// <summary>Regular, init and ephemeral containers, in this order.</summary>
    public IEnumerable<Container> AllContainers => [.. Containers, .. InitContainers, .. EphemeralContainers];

    /// <summary><c>restartPolicy</c>; absent means <c>Always</c>.</summary>
    public string RestartPolicy { get; init; } = "Always";

    /// <summary><c>nodeName</c>; empty where the scheduler chooses.</summary>
    public string NodeName { get; init; } = "";

    /// <summary><c>nodeSelector</c>: labels that the pod's node must have; empty where absent.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = Metadata.NoStrings;

    /// <summary>
    /// The terms of the node affinity that is required for scheduling, of which a node must meet one; empty where nothing is required.
    /// Preferred terms are not read: they tie a pod to nothing.
    /// </summary>
    public IReadOnlyList<NodeSelectorTerm> RequiredNodeAffinity { get; init; } = [];

    /// <summary>
    /// <c>hostNetwork</c>: whether the pod uses its node's network, so that no two with the same port share a node; absent means it does not.
    /// </summary>
    public bool HostNetwork { get; init; }

    /// <summary><c>priorityClassName</c>; empty where absent: the cluster's default class, or priority 0.</summary>
    public string PriorityClassName { get; init; } = "";

    /// <summary><c>terminationGracePeriodSeconds</c> as it was given, in seconds; null where it was left out. See <see cref="GracePeriodSeconds"/>.</summary>
    public long? TerminationGracePeriodSeconds { get; init; }

    /// <summary>Seconds that the pod has to end by itself, preStop hooks included; absent means 30 (Kubernetes API, PodSpec).</summary>
    public long GracePeriodSeconds => TerminationGracePeriodSeconds ?? DefaultGracePeriodSeconds;

    /// <summary><c>topologySpreadConstraints</c>; empty where absent.</summary>
    public IReadOnlyList<TopologySpreadConstraint> TopologySpreadConstraints { get; init; } = [];

    /// <summary>Required and preferred pod anti-affinity terms, in this order; empty where absent.</summary>
    public IReadOnlyList<PodAffinityTerm> PodAntiAffinity { get; init; } = [];

    /// <summary>
    /// Volumes that pods write to. Those that only bring something along are not kept: <c>configMap</c>, <c>secret</c>, <c>projected</c>,
    /// <c>downwardAPI</c>, inline <c>csi</c>, <c>image</c>, <c>gitRepo</c>.
    /// </summary>
    public IReadOnlyList<Volume> Volumes { get; init; } = [];

    /// <summary>The JSON of the spec, to tell whether an update touched it. It lives only for the review.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; init; }
}
