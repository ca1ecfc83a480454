using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>An update that takes every pod away before a new one is ready is an outage, however many replicas there are.</summary>
/// <remarks>
/// Reads the update strategy; what its absence means, and how percentages are rounded, <see cref="UpdatePace"/> knows. A count is judged at the
/// effective replicas: what leaves a pod there leaves one at any larger count too. A surge does not help, because the old pods may all be gone before
/// the new ones are ready. Beside a claim that only one node can use, taking all pods at once is right: new pods would wait for what the old ones hold.
/// </remarks>
internal sealed class RollingUpdate : IValidatingRule<Workload>, IValidatingRule<DaemonSet>
{
    private const string Exempt = $"annotate {HaAnnotations.Exempt}: rolling-update and {HaAnnotations.ExemptReason}: <why>.";

    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new RollingUpdate())
    {
        Id = "rolling-update",
        Summary = "An update replaces the pods of a workload a few at a time, and never takes all of them at once.",
        Why = "An update that takes every pod away before a new one is ready is an outage, however many replicas there are.",
        Judges = "Deployments, StatefulSets, Rollouts, CloneSets and DeploymentConfigs with effective replicas of 2 or more, and DaemonSets.",
        Reads =
        [
            "spec.strategy.type, spec.updateStrategy.type: absent means a rolling update; OnDelete and Custom are left to their author",
            "maxUnavailable: absent means 25%, of a CloneSet 20%, of a StatefulSet or DaemonSet 1; a percentage of a DaemonSet counts only where it is 100%",
            "maxSurge: absent means 25% for a Deployment, DeploymentConfig or canary Rollout, else 0; where neither leaves a pod to begin with, Kubernetes takes one",
            "partition: absent means 0; pods that it holds back are not taken",
            "steps and trafficRouting of a canary Rollout: where one is there the old pods stay until the new ones are ready",
            "volumes[].persistentVolumeClaim: beside a claim that is ReadWriteOnce or ReadWriteOncePod, taking all pods at once is right",
        ],
        Uses = RelatedKinds.Autoscalers | RelatedKinds.Claims,
        DefaultAction = ValidationAction.Warn,
        Example = "strategy:\n  type: RollingUpdate\n  rollingUpdate: {maxUnavailable: 0, maxSurge: 1}\n",
    };

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
    {
        var replicas = EffectiveReplicas.Of(subject, context.Related);
        if (replicas.Count < 2
            || UpdatePace.Of(subject, replicas.Count) is not { } pace
            || pace.Taken < replicas.Count
            || (subject.Kind == "Rollout" && KeepsOldPods(subject)))
        {
            return [];
        }

        Undecided? undecided = null;
        foreach (var volume in subject.Template.Spec.Volumes)
        {
            if (volume.ClaimName.Length == 0)
            {
                continue;
            }

            if (!context.Related.Claims.TryGetValue(volume.ClaimName, out var claim))
            {
                undecided ??= Undecided.WithoutClaim(volume.ClaimName);
            }
            else if (claim.IsExclusive)
            {
                return [];
            }
        }

        return [undecided ?? (RuleResult)(subject.Strategy.Type == "Recreate" ? Recreates(subject, replicas) : TakesAll(subject, replicas))];
    }

    public IEnumerable<RuleResult> Validate(DaemonSet subject, RuleContext context) =>
        subject.Strategy is { Type: "" or "RollingUpdate", MaxUnavailable: { IsPercent: true, Value: >= 100 } share }
            ? [
                new Violation(
                    "spec.updateStrategy.rollingUpdate.maxUnavailable",
                    $"is {share}, which takes the pods of all nodes at once; must be less than 100%",
                    () => $"Set spec.updateStrategy.rollingUpdate.maxUnavailable to 1, or to a small share such as 10%. If this is right as it is, {Exempt}"),
            ]
            : [];

    /// <summary>Whether the canary is weighed against the old pods, which are then taken away only as new ones have become ready.</summary>
    private static bool KeepsOldPods(Workload rollout) =>
        RawField.Items(rollout.SpecBytes, "strategy", "canary", "steps").Count > 0
        || !RawField.Find(rollout.SpecBytes, "strategy", "canary", "trafficRouting").IsEmpty;

    private static Violation Recreates(Workload subject, EffectiveReplicas replicas)
    {
        var required = subject.Kind == "DeploymentConfig" ? "Rolling" : "RollingUpdate";
        return new(
            "spec.strategy.type",
            string.Create(CultureInfo.InvariantCulture, $"is Recreate, which takes all {replicas.Count} replicas at once; must be {required}"),
            () => $"Set spec.strategy to {{type: {required}}}. If old and new pods must not run side by side, {Exempt}");
    }

    private static Violation TakesAll(Workload subject, EffectiveReplicas replicas)
    {
        var field = FieldOf(subject.Kind);
        var floor = replicas.Autoscaler is { } autoscaler ? $" at the floor of {autoscaler.Kind}/{autoscaler.Metadata.Name}" : "";
        var surge = subject.Kind == "StatefulSet" ? "" : ", or to 0 with maxSurge 1 where no replica may be missing";
        return new(
            field,
            string.Create(
                CultureInfo.InvariantCulture,
                $"is {subject.Strategy.MaxUnavailable}, which takes all {replicas.Count} replicas at once{floor}; must leave at least 1"),
            () => $"Set {field} to 1{surge}. If this is right as it is, {Exempt}");
    }

    /// <summary>The field in which a kind says how many pods an update may take.</summary>
    internal static string FieldOf(string kind) => kind switch
    {
        "Deployment" => "spec.strategy.rollingUpdate.maxUnavailable",
        "Rollout" => "spec.strategy.canary.maxUnavailable",
        "DeploymentConfig" => "spec.strategy.rollingParams.maxUnavailable",
        "CloneSet" => "spec.updateStrategy.maxUnavailable",
        _ => "spec.updateStrategy.rollingUpdate.maxUnavailable",
    };
}
