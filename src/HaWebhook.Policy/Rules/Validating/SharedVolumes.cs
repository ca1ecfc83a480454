using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>Pods on several nodes cannot mount one ReadWriteOnce claim: replicas hang, and so does a rollout whose new pod waits for the old one's.</summary>
/// <remarks>
/// Reads the claims that the pod template names, which all pods share, and their <c>accessModes</c>. One that is ReadWriteMany or ReadOnlyMany, also
/// beside other modes, can be attached to several nodes (Kubernetes attach-detach controller). Claims of each pod's own are right
/// (<c>volumeClaimTemplates</c>, <c>ephemeral</c>). Pods that can run on one node only share a ReadWriteOnce claim without waiting: what is wrong with
/// them <see cref="NodePinning"/> says.
/// </remarks>
internal sealed class SharedVolumes : IValidatingRule<Workload>, IValidatingRule<DaemonSet>
{
    private const int MostResults = 20;

    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new SharedVolumes())
    {
        Id = "shared-volumes",
        Summary = "A volume that several pods mount is one that several nodes can use.",
        Why = "Only one node can use a ReadWriteOnce claim: replicas elsewhere never start, and a rollout hangs whose new pod waits for what the old one holds.",
        Judges = "Workloads that run with 2 or more pods, those with one that start a new pod before the old one is gone, and DaemonSets.",
        Reads =
        [
            "volumes[].persistentVolumeClaim.claimName: a claim that all pods share; one whose name a volumeClaimTemplate has too is each pod's own",
            "spec.accessModes of the claim: ReadWriteMany and ReadOnlyMany can be shared, ReadWriteOnce by the pods of one node, ReadWriteOncePod by none",
            "spec.strategy, spec.updateStrategy: absent means a rolling update, which starts the new pod of a single replica before the old one is gone",
        ],
        Uses = RelatedKinds.Autoscalers | RelatedKinds.Claims,
        DefaultAction = ValidationAction.Warn,
        Example = "volumeClaimTemplates:\n- metadata: {name: data}\n  spec:\n    accessModes: [ReadWriteOnce]\n    resources: {requests: {storage: 10Gi}}\n",
    };

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
    {
        if (!NamesAClaim(subject.Template.Spec))
        {
            return [];
        }

        var replicas = EffectiveReplicas.Of(subject, context.Related);
        var most = Math.Max(replicas.Count, replicas.Autoscaler?.Ceiling ?? 0);
        if (most >= 2)
        {
            var pods = string.Create(CultureInfo.InvariantCulture, $"{(most > replicas.Count ? "up to " : "")}{most} replicas");
            return Judge(subject, context, (volume, claim) => new(
                FieldOf(subject, volume),
                $"is {volume.ClaimName}, which only one {UserOf(claim)} can use ({ModeOf(claim)}), for {pods}; must be ReadWriteMany, or a claim of each pod's own",
                () => FixOfSharing(subject, volume, replicas.Autoscaler)));
        }

        return most == 1 && UpdatePace.Of(subject, 1) is { Taken: 0, Added: > 0 }
            ? Judge(subject, context, (volume, claim) => new(
                FieldOf(subject, volume),
                $"is {volume.ClaimName}, which only one {UserOf(claim)} can use ({ModeOf(claim)}), and an update starts the new pod while the old one holds it; "
                    + "must be ReadWriteMany, or the old pod must go first",
                () => FixOfRolling(subject)))
            : [];
    }

    public IEnumerable<RuleResult> Validate(DaemonSet subject, RuleContext context) => NamesAClaim(subject.Template.Spec)
        ? Judge(subject, context, (volume, claim) => new(
            FieldOf(subject, volume),
            $"is {volume.ClaimName}, which only one {UserOf(claim)} can use ({ModeOf(claim)}), for the pods of all nodes; must be ReadWriteMany, or a claim of each pod's own",
            () => $"Mount a claim with accessModes: [ReadWriteMany], or give each pod its own: {{name: {volume.Name}, ephemeral: {{volumeClaimTemplate: "
                + "{spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: <size>}}}}}}, which ends with the pod."))
        : [];

    /// <summary>What is to be said of each claim, once, in the order of the volumes.</summary>
    private static List<RuleResult> Judge(PodOwner subject, RuleContext context, Func<Volume, PersistentVolumeClaim, Violation> violation)
    {
        var spec = subject.Template.Spec;
        var isOneNode = NodeChoice.IsOneNode(spec);

        // A claim template takes the place of a volume of the same name (Kubernetes API, StatefulSetSpec).
        HashSet<string> own = subject is Workload { HasClaimTemplates: true } workload ? [.. workload.ClaimTemplates.Select(template => template.Name)] : [];
        List<RuleResult> results = [];
        List<string> told = [];
        foreach (var volume in spec.Volumes)
        {
            var name = volume.ClaimName;
            if (name.Length == 0 || told.Contains(name) || own.Contains(volume.Name))
            {
                continue;
            }

            if (!context.Related.Claims.TryGetValue(name, out var claim))
            {
                results.Add(Undecided.WithoutClaim(name));
                told.Add(name);
            }
            else if (claim.IsOfOnePod || (claim.IsExclusive && !isOneNode))
            {
                results.Add(violation(volume, claim));
                told.Add(name);
            }

            if (results.Count == MostResults)
            {
                break;
            }
        }

        return results;
    }

    private static bool NamesAClaim(PodSpec spec)
    {
        for (var i = 0; i < spec.Volumes.Count; i++)
        {
            if (spec.Volumes[i].ClaimName.Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static string FieldOf(PodOwner subject, Volume volume) => $"{subject.PodSpecField}.volumes[{volume.Name}].persistentVolumeClaim.claimName";

    private static string UserOf(PersistentVolumeClaim claim) => claim.IsOfOnePod ? "pod" : "node";

    private static string ModeOf(PersistentVolumeClaim claim) => claim.IsOfOnePod ? "ReadWriteOncePod" : "ReadWriteOnce";

    private static string FixOfSharing(Workload subject, Volume volume, Autoscaler? autoscaler)
    {
        var templates = $"volumeClaimTemplates: [{{metadata: {{name: {volume.Name}}}, "
            + "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: <size>}}}}]";
        var own = subject.Kind is "StatefulSet" or "CloneSet" ? $"replace the volume by spec.{templates}" : $"make it a StatefulSet with spec.{templates}";
        var remove = autoscaler is null ? "" : $"delete {autoscaler.Kind} {autoscaler.Metadata.Name}, ";
        var single = subject.Kind is "Deployment" or "DeploymentConfig"
            ? $" If only one pod may use it, {remove}run one replica with spec.strategy {{type: Recreate}}, and annotate {HaAnnotations.Exempt}: minimum-replicas "
                + $"and {HaAnnotations.ExemptReason}: <why>."
            : "";
        return $"Mount a claim with accessModes: [ReadWriteMany] (those of a claim that exists cannot be changed), or give each pod its own: {own}.{single}";
    }

    private static string FixOfRolling(Workload subject)
    {
        var first = subject.Kind switch
        {
            "Rollout" => "Set spec.strategy to {canary: {maxSurge: 0, maxUnavailable: 1}}",
            "CloneSet" => "Set spec.updateStrategy.maxSurge to 0",
            _ => "Set spec.strategy to {type: Recreate}",
        };
        return $"{first}, so that the old pod lets go of the claim first. To run several replicas, mount a claim with accessModes: [ReadWriteMany], "
            + "or make it a StatefulSet with volumeClaimTemplates.";
    }
}
