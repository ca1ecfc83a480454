using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>A Deployment with a fixed number of replicas goes down under a load that more replicas would carry.</summary>
/// <remarks>
/// Reads <c>spec.replicas</c> (0 is left alone: switched off on purpose) and the targets of the namespace's HorizontalPodAutoscalers and
/// ScaledObjects. Off by default: not every service has a load that comes and goes.
/// </remarks>
internal sealed class HorizontalPodAutoscaler : IValidatingRule<Workload>
{
    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new HorizontalPodAutoscaler())
    {
        Id = "horizontal-pod-autoscaler",
        Summary = "A HorizontalPodAutoscaler or a ScaledObject scales every Deployment.",
        Why = "A fixed number of replicas goes down under a load that more replicas would carry.",
        Judges = "Deployments that are not switched off.",
        Reads =
        [
            "spec.replicas: 0 means switched off; absent means 1",
            "spec.scaleTargetRef of the HorizontalPodAutoscalers and ScaledObjects of the namespace",
            $"metadata.annotations[{HaAnnotations.Autoscaled}]: \"true\" makes a denial a warning until an autoscaler is known",
        ],
        Uses = RelatedKinds.Autoscalers | RelatedKinds.Claims,
        DefaultAction = ValidationAction.Off,
        Example = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata:
              name: web
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              minReplicas: 2
              maxReplicas: 4

            """,
    };

    public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
    {
        if (subject is not { Kind: "Deployment", Group: "apps" } || subject.DeclaredReplicas == 0)
        {
            return [];
        }

        if (context.UndecidedWithout(RelatedKinds.Autoscalers) is { } undecided)
        {
            return [undecided];
        }

        if (context.Related.Autoscalers.Of(subject.Group, subject.Kind, subject.Metadata.Name).Count > 0)
        {
            return [];
        }

        var verb = subject.Replicas is null ? "is left out, which means" : "is";
        return
        [
            new Violation(
                "spec.replicas",
                string.Create(CultureInfo.InvariantCulture, $"{verb} {subject.DeclaredReplicas} whatever the load; an autoscaler must scale it"),
                () => FixOf(subject, context.Related))
            {
                AtMost = subject.Annotation(HaAnnotations.Autoscaled) == "true" ? ValidationAction.Warn : null,
            },
        ];
    }

    /// <summary>
    /// With twice the floor for a ceiling, a place to start from. Without metrics it keeps the CPU at 80 % of what the containers request
    /// (autoscaling/v2).
    /// </summary>
    private static string FixOf(Workload subject, RelatedObjects related)
    {
        var name = FlowYaml.Scalar(subject.Metadata.Name);
        var place = subject.Metadata.Namespace.Length > 0 ? $", namespace: {FlowYaml.Scalar(subject.Metadata.Namespace)}" : "";
        var floor = Math.Max(2L, subject.DeclaredReplicas);
        var target = $"scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}";
        var bounds = string.Create(CultureInfo.InvariantCulture, $"minReplicas: {floor}, maxReplicas: {2 * floor}");
        var add = LoneClaim.Of(subject, related) is { } claim ? $"{LoneClaim.Advice(claim)}add" : "Add";
        return $"{add} {{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: {name}{place}}}, spec: {{{target}, {bounds}}}}}, "
            + "and see that every container requests CPU.";
    }
}
