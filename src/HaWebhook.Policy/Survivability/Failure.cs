namespace HaWebhook.Policy.Survivability;

/// <summary>What a workload should come through, from what is sure to happen to what may.</summary>
public enum Failure
{
    /// <summary>An update of its own pod template.</summary>
    Rollout,

    /// <summary>The drain of any one node, by eviction: for a node's update, or by an autoscaler of nodes.</summary>
    Drain,

    /// <summary>The sudden loss of any one node.</summary>
    NodeLoss,

    /// <summary>The loss of any one zone.</summary>
    ZoneLoss,
}

/// <summary>What becomes of a workload, from best to worst.</summary>
public enum Outcome
{
    /// <summary>As many pods go on serving as its disruption budget promises; without a budget, at least half of its replicas.</summary>
    Survives,

    /// <summary>It keeps its minimum, but fewer pods than that.</summary>
    Degraded,

    /// <summary>It cannot be told; the reason says why.</summary>
    Unknown,

    /// <summary>Fewer pods than its minimum go on serving: none, or of what decides by majority no majority.</summary>
    Down,
}

/// <summary>How sure an outcome is.</summary>
public enum Certainty
{
    /// <summary>It follows from where the pods are, or from what the manifests demand.</summary>
    Certain,

    /// <summary>It follows from what the manifests demand, if there are <see cref="FailureVerdict.AtLeastDomains"/> nodes or zones.</summary>
    Conditional,

    /// <summary>It is only what the scheduler tries for.</summary>
    Likely,
}
