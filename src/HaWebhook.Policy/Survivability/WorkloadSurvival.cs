namespace HaWebhook.Policy.Survivability;

/// <summary>
/// What becomes of a workload in each failure. A workload is here whatever keeps pods running: a workload, a DaemonSet, a replicated resource, a
/// custom resource that is not known but owns pods, and a Pod that nothing makes again. Not Jobs, nor static pods.
/// </summary>
public sealed record WorkloadSurvival
{
    /// <summary>Its group and version.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Its kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The pods that there should be: in a living cluster its replicas as they are now, over manifests its effective replicas. With the members of the
    /// same quorum that other workloads run.
    /// </summary>
    public required int Desired { get; init; }

    /// <summary>Those of them that it runs itself, and not another part of the same quorum.</summary>
    public int Own { get; init; }

    /// <summary>The pods that serve now; over manifests all that there should be.</summary>
    public required int Ready { get; init; }

    /// <summary>With fewer pods it is down: 1, or for what decides by majority a majority of <see cref="Desired"/>.</summary>
    public required int Minimum { get; init; }

    /// <summary>With fewer pods it is degraded: what its disruption budget promises, else half of <see cref="Desired"/>, rounded up.</summary>
    public required int Enough { get; init; }

    /// <summary>Whether its members decide by majority.</summary>
    public required bool IsQuorum { get; init; }

    /// <summary>The disruption budget that promises <see cref="Enough"/>; empty where none does.</summary>
    public required string Budget { get; init; }

    /// <summary>Its own rollout.</summary>
    public required FailureVerdict Rollout { get; init; }

    /// <summary>The drain of any one node.</summary>
    public required FailureVerdict Drain { get; init; }

    /// <summary>The sudden loss of any one node.</summary>
    public required FailureVerdict NodeLoss { get; init; }

    /// <summary>The loss of any one zone.</summary>
    public required FailureVerdict ZoneLoss { get; init; }

    /// <summary>What holds the drain of the nodes of its pods up; empty where nothing does.</summary>
    public required IReadOnlyList<DrainObstacle> Obstacles { get; init; }

    /// <summary>How its constraints spread it over nodes.</summary>
    public required SpreadBound OverNodes { get; init; }

    /// <summary>How its constraints spread it over zones.</summary>
    public required SpreadBound OverZones { get; init; }

    /// <summary>The nodes that its serving pods are on now, each with how many, the fullest first; empty over manifests.</summary>
    public required IReadOnlyList<(string Node, int Pods)> Nodes { get; init; }

    /// <summary>The zones that its serving pods are in now, each with how many, the fullest first; empty where zones are not known.</summary>
    public required IReadOnlyList<(string Zone, int Pods)> Zones { get; init; }

    /// <summary>Whether fewer pods serve now than its minimum.</summary>
    public bool IsDownNow => Ready < Minimum;

    /// <summary>The verdict on a failure.</summary>
    public FailureVerdict this[Failure failure] => failure switch
    {
        Failure.Rollout => Rollout,
        Failure.Drain => Drain,
        Failure.NodeLoss => NodeLoss,
        _ => ZoneLoss,
    };
}
