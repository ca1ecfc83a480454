using System.Globalization;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Rules.Cluster;

/// <summary>What a workload demands of the scheduler, the nodes that there are can give to all its replicas.</summary>
/// <remarks>
/// Counts nodes that are ready, not cordoned and without taints. A workload of which more pods serve than those nodes allow evidently tolerates a taint,
/// and is left alone.
/// </remarks>
internal sealed class SchedulableReplicas : IClusterRule
{
    public static readonly ClusterRuleDefinition Definition = new(new SchedulableReplicas())
    {
        Id = "schedulable-replicas",
        Summary = "Required anti-affinity and spread constraints let all replicas run on the nodes that there are.",
        Why = "With fewer nodes or zones than such demands need, replicas stay Pending: the workload has fewer than it says, and its next rollout may hang.",
        Judges = "Workloads with required pod anti-affinity, or spread constraints with DoNotSchedule, over nodes or zones.",
        Reads =
        [
            "affinity.podAntiAffinity, topologySpreadConstraints of the pod template: absent means that nothing is demanded",
            "the nodes that new pods of it can go to, by nodeSelector and node affinity: ready, not cordoned, without taints",
        ],
        Example = """
            topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: ScheduleAnyway
              labelSelector:
                matchLabels: {app: web}

            """,
    };

    public IEnumerable<RuleResult> Validate(RunningWorkload subject) =>
        subject.Object is not Workload workload ? []
        : IsShort(subject.Survival, subject.Survival.OverZones) ? [Of(workload, subject.Survival, subject.Survival.OverZones)]
        : IsShort(subject.Survival, subject.Survival.OverNodes) ? [Of(workload, subject.Survival, subject.Survival.OverNodes)]
        : [];

    private static bool IsShort(WorkloadSurvival survival, SpreadBound bound) =>
        bound is { IsRequired: true, CanRun: { } runs } && runs < survival.Own && survival.Ready - (survival.Desired - survival.Own) <= runs;

    private static Violation Of(Workload workload, WorkloadSurvival survival, SpreadBound bound)
    {
        var one = bound.TopologyKey == WellKnownLabels.Zone ? "zone" : "node";
        var isAffinity = workload.Template.Spec.PodAntiAffinity.Any(term =>
            term.Field.StartsWith("required", StringComparison.Ordinal) && NodeChoice.CurrentName(term.TopologyKey) == bound.TopologyKey);
        var field = $"{workload.PodSpecField}.{(isAffinity ? "affinity.podAntiAffinity" : "topologySpreadConstraints")}[{bound.TopologyKey}]";
        var (have, runs) = (bound.Domains ?? 0, bound.CanRun ?? 0);
        return new(
            field,
            string.Create(
                CultureInfo.InvariantCulture,
                $"lets {runs} of {survival.Own} replicas run on {have} {one}{(have == 1 ? "" : "s")} that {(have == 1 ? "takes" : "take")} them; must let all run"),
            () => FixOf(survival, one, runs, isAffinity));
    }

    private static string FixOf(WorkloadSurvival survival, string one, int runs, bool isAffinity)
    {
        var wish = isAffinity ? "make the term preferredDuringSchedulingIgnoredDuringExecution" : "set whenUnsatisfiable to ScheduleAnyway";
        var more = string.Create(CultureInfo.InvariantCulture, $"{survival.Own - runs} more {(one == "zone" ? "zones" : "nodes")}");
        return $"{(isAffinity ? $"Add {more}" : $"Add {one}s")}, or {wish}: then the others run beside them.";
    }
}
