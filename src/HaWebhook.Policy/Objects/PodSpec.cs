namespace HaWebhook.Policy.Objects;

/// <summary>The part of a pod's spec that rules read.</summary>
public sealed record PodSpec
{
    /// <summary>A spec with nothing set.</summary>
    public static readonly PodSpec Empty = new();

    /// <summary>Regular containers, in their order. Init and ephemeral containers are not read: no rule asks anything of them.</summary>
    public IReadOnlyList<Container> Containers { get; init; } = [];

    /// <summary><c>restartPolicy</c>; absent means <c>Always</c>.</summary>
    public string RestartPolicy { get; init; } = "Always";

    /// <summary><c>nodeName</c>; empty where the scheduler chooses.</summary>
    public string NodeName { get; init; } = "";

    /// <summary><c>topologySpreadConstraints</c>; empty where absent.</summary>
    public IReadOnlyList<TopologySpreadConstraint> TopologySpreadConstraints { get; init; } = [];

    /// <summary>Required and preferred pod anti-affinity terms, in this order; empty where absent.</summary>
    public IReadOnlyList<PodAffinityTerm> PodAntiAffinity { get; init; } = [];

    /// <summary>Volumes that hold state. Others are not kept.</summary>
    public IReadOnlyList<Volume> Volumes { get; init; } = [];

    /// <summary>The JSON of the spec, to tell whether an update touched it. It lives only for the review.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; init; }
}
