using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>An autoscaler without room to scale, or without anything to scale, leaves the service at its floor when the load comes.</summary>
/// <remarks>
/// Reads <c>minReplicas</c> (absent means 1) and <c>maxReplicas</c> of a HorizontalPodAutoscaler, <c>minReplicaCount</c> (absent means 0),
/// <c>maxReplicaCount</c> (absent means 100) and <c>idleReplicaCount</c> of a ScaledObject (KEDA 2, ScaledObject specification), and what
/// <c>scaleTargetRef</c> names. A HorizontalPodAutoscaler that KEDA made is not judged: its ScaledObject is.
/// </remarks>
internal sealed class AutoscalerBounds(PolicyOptions options) : IValidatingRule<Autoscaler>
{
    private const string Target = "spec.scaleTargetRef";

    public static readonly ValidatingRuleDefinition Definition = new((_, options) => new AutoscalerBounds(options))
    {
        Id = "autoscaler-bounds",
        Summary = "An autoscaler has room to scale, and scales a workload that exists and that no other autoscaler scales.",
        Why = "Without room or without its workload it scales nothing when the load comes; two over one workload undo each other's work.",
        Judges = "HorizontalPodAutoscalers and ScaledObjects.",
        Reads =
        [
            "spec.minReplicas: absent means 1; spec.maxReplicas must be more",
            "spec.minReplicaCount: absent means 0; spec.maxReplicaCount, absent means 100, must be more",
            "spec.idleReplicaCount: absent means that the ScaledObject has no lower count while idle; must be less than spec.minReplicaCount",
            "spec.scaleTargetRef: apiVersion absent means the core group, in a ScaledObject apps/v1; kind absent means a Deployment there",
        ],
        Uses = RelatedKinds.Workloads | RelatedKinds.Autoscalers,
        DefaultAction = ValidationAction.Warn,
        Example = "spec:\n  minReplicas: 2\n  maxReplicas: 6\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n",
    };

    public IEnumerable<RuleResult> Validate(Autoscaler subject, RuleContext context)
    {
        if (JudgeBounds(subject) is { } bounds)
        {
            yield return bounds;
        }

        if (JudgeIdle(subject) is { } idle)
        {
            yield return idle;
        }

        if (JudgeGroup(subject) is { } group)
        {
            yield return group;
            yield break;
        }

        if (context.UndecidedWithout(RelatedKinds.Workloads | RelatedKinds.Autoscalers) is { } undecided)
        {
            yield return undecided;
            yield break;
        }

        if (JudgeTarget(subject, context) is { } target)
        {
            yield return target;
        }

        if (JudgeRivals(subject, context) is { } rivals)
        {
            yield return rivals;
        }
    }

    /// <summary>A ScaledObject with an idle count scales even where its bounds are equal.</summary>
    private static Violation? JudgeBounds(Autoscaler subject)
    {
        if (subject.Ceiling is not { } ceiling || ceiling > subject.Floor || (ceiling == subject.Floor && subject.IdleReplicaCount < subject.Floor))
        {
            return null;
        }

        var verb = subject.Maximum is null ? "is left out, which means" : "is";
        return new(
            subject.CeilingField,
            string.Create(CultureInfo.InvariantCulture, $"{verb} {ceiling}; must be more than {FloorOf(subject)}"),
            () => string.Create(CultureInfo.InvariantCulture, $"Set {subject.CeilingField} to {subject.Floor + 1L} or more."))
        {
            Count = ceiling,
        };
    }

    private static Violation? JudgeIdle(Autoscaler subject) => subject.IdleReplicaCount is not { } idle || idle < subject.Floor
        ? null
        : new(
            "spec.idleReplicaCount",
            string.Create(CultureInfo.InvariantCulture, $"is {idle}; must be less than {FloorOf(subject)}"),
            () => $"Remove spec.idleReplicaCount, or set {subject.FloorField} to more.");

    private static string FloorOf(Autoscaler subject)
    {
        var verb = subject.Minimum is null ? "is left out and means" : "is";
        return string.Create(CultureInfo.InvariantCulture, $"{subject.FloorField}, which {verb} {subject.Floor}");
    }

    private static Violation? JudgeGroup(Autoscaler subject) =>
        subject is { TargetKind: "Deployment" or "StatefulSet" or "ReplicaSet", TargetGroup: "" or "extensions" }
            ? new(
                $"{Target}.apiVersion",
                (subject.TargetGroup.Length == 0 ? "means the core group" : "is of the group extensions")
                    + $", which has no {subject.TargetKind}; must be apps/v1",
                () => $"Set {Target}.apiVersion to apps/v1.")
            : null;

    /// <summary>A target without kind or name is for the API server to refuse.</summary>
    private RuleResult? JudgeTarget(Autoscaler subject, RuleContext context)
    {
        var (group, kind, name) = (subject.TargetGroup, subject.TargetKind, subject.TargetName);
        var workloads = context.Related.Workloads;
        if (kind.Length == 0 || name.Length == 0 || workloads.Find(group, kind, name) is not null)
        {
            return null;
        }

        if (!IsKnown(group, kind))
        {
            return new Undecided($"objects of the kind {kind} are not known here");
        }

        if (workloads.PodOwners.Count + workloads.ReplicatedResources.Count == 0)
        {
            return Undecided.WithoutAnyWorkload;
        }

        return new Violation($"{Target}.name", $"is {name}, which is no {kind} of the namespace; must be one", () => FixOfTarget(subject, workloads))
        {
            AtMost = context.IsArriving ? ValidationAction.Audit : null,
        };
    }

    /// <summary>Whether all objects of a kind are among the workloads of a namespace, so that one that is not there does not exist.</summary>
    private bool IsKnown(string group, string kind) =>
        (group, kind) is ("apps", "Deployment" or "StatefulSet" or "ReplicaSet") or ("", "ReplicationController")
        || options.Workloads.Any(known => known.Group == group && known.Kind == kind)
        || options.ReplicatedResources.Any(known => known.Group == group && known.Kind == kind);

    private static string FixOfTarget(Autoscaler subject, WorkloadIndex workloads)
    {
        if (workloads.PodOwners.OfType<Workload>().Where(owner => owner.Metadata.Name == subject.TargetName).InOrder().FirstOrDefault() is { } meant)
        {
            return $"Set {Target} to {{apiVersion: {meant.ApiVersion}, kind: {meant.Kind}, name: {FlowYaml.Scalar(meant.Metadata.Name)}}}, "
                + $"or create {subject.TargetKind} {subject.TargetName}.";
        }

        var names = workloads.PodOwners.InOrder()
            .Where(owner => owner.Group == subject.TargetGroup && owner.Kind == subject.TargetKind)
            .Select(owner => owner.Metadata.Name);
        return NearestName.Of(subject.TargetName, names) is { } nearest
            ? $"Set {Target}.name to {nearest}, or create {subject.TargetKind} {subject.TargetName}."
            : $"Set {Target} to the workload that is to be scaled, or create {subject.TargetKind} {subject.TargetName}.";
    }

    private static Violation? JudgeRivals(Autoscaler subject, RuleContext context)
    {
        foreach (var other in context.Related.Autoscalers.Of(subject.TargetGroup, subject.TargetKind, subject.TargetName))
        {
            var isSelf = other.Kind == subject.Kind && other.Metadata.Name == subject.Metadata.Name;
            if (!isSelf && !other.IsOwnedByScaledObject)
            {
                return new(
                    Target,
                    $"is {subject.TargetKind} {subject.TargetName}, which {other.Kind} {other.Metadata.Name} scales too; must have one autoscaler",
                    () => "Delete one of the two, and give the other the metrics of both.");
            }
        }

        return null;
    }
}
