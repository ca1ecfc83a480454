using System.Globalization;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Rules.Cluster;

/// <summary>Where replicas really are: <c>ScheduleAnyway</c> and preferred affinity are only wishes, and nobody looks again when pods move.</summary>
/// <remarks>
/// Says only what another placement of as many pods would mend: a single replica, or a majority that two zones cannot hold, is no matter of placement.
/// All pods on one node are in one zone as well, and then the node is told.
/// </remarks>
internal sealed class Placement : IClusterRule
{
    public static readonly ClusterRuleDefinition Definition = new(new Placement())
    {
        Id = "placement",
        Summary = "The pods of a workload do not stand so that the loss of one node or one zone takes it down.",
        Why = "Replicas that happen to share a node or a zone go down with it, whatever their constraints wish for: after a node's update or an autoscaler's "
            + "work they often do.",
        Judges = "Workloads whose pods run, where as many pods could stand better on the nodes and zones that there are. Not DaemonSets.",
        Reads =
        [
            "spec.nodeName of the pods, and their condition Ready: pods that do not serve do not count",
            "topology.kubernetes.io/zone of the nodes: absent means that the zone is not known",
        ],
        Example = """
            topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: DoNotSchedule
              labelSelector:
                matchLabels: {app: web}

            """,
    };

    public IEnumerable<RuleResult> Validate(RunningWorkload subject)
    {
        var survival = subject.Survival;
        if (subject.Object is not Workload || survival.IsDownNow)
        {
            return [];
        }

        return IsMisplaced(survival, survival.NodeLoss, survival.OverNodes) ? [Of(survival, survival.NodeLoss, survival.Nodes[0], "node")]
            : IsMisplaced(survival, survival.ZoneLoss, survival.OverZones) ? [Of(survival, survival.ZoneLoss, survival.Zones[0], "zone")]
            : [];
    }

    /// <summary>Whether a loss takes it down that as many pods, spread as evenly as can be, would come through.</summary>
    private static bool IsMisplaced(WorkloadSurvival survival, FailureVerdict loss, SpreadBound bound) =>
        loss is { Outcome: Outcome.Down, Domain.Length: > 0 }
        && bound.Domains is null or > 1
        && Math.Min(bound.Domains ?? survival.Ready, survival.Ready) is var domains and > 1
        && survival.Ready - ((survival.Ready + domains - 1) / domains) >= survival.Minimum;

    private static Violation Of(WorkloadSurvival survival, FailureVerdict loss, (string Domain, int Pods) fullest, string one)
    {
        var preposition = one == "zone" ? "in" : "on";
        var share = fullest.Pods == survival.Ready ? "all" : "mostly";
        var required = survival.IsQuorum ? "a majority must be elsewhere" : $"some must be {preposition} another {one}";
        return new(
            "pods",
            string.Create(
                CultureInfo.InvariantCulture,
                $"are {share} {preposition} {one} {fullest.Domain} ({fullest.Pods} of {survival.Ready} ready); {required}"),
            () => FixOf(survival, loss));
    }

    private static string FixOf(WorkloadSurvival survival, FailureVerdict loss) =>
        loss.Mend?.Fix
        ?? $"Restart it, so that its pods are scheduled anew: kubectl rollout restart {survival.Kind.ToLowerInvariant()}/{survival.Name}.";
}
