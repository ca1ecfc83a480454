using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>Without a readiness probe a rollout goes on although the new pods do not answer, and Services send them traffic.</summary>
/// <remarks>Reads <c>readinessProbe</c> of each regular container. Init containers, sidecars among them, and ephemeral containers never need one.</remarks>
internal sealed class ReadinessProbe : IValidatingRule<PodOwner>
{
    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new ReadinessProbe())
    {
        Id = "readiness-probe",
        Summary = "Every regular container has a readiness probe.",
        Why = "Without one a rollout goes on although the new pods do not answer yet, and Services send them traffic.",
        Judges = "Workloads, DaemonSets and bare Pods that do not run to completion.",
        Reads = ["containers[].readinessProbe: absent means that the container counts as ready as soon as it runs"],
        DefaultAction = ValidationAction.Warn,
        Example = "readinessProbe:\n  httpGet: {path: /ready, port: 8080}\n  periodSeconds: 5\n  failureThreshold: 2\n",
    };

    public IEnumerable<RuleResult> Validate(PodOwner subject, RuleContext context)
    {
        if (subject.RunsToCompletion)
        {
            yield break;
        }

        foreach (var container in subject.Template.Spec.Containers)
        {
            if (container.ReadinessProbe is null)
            {
                yield return new Violation(
                    subject.ContainerField(container, "readinessProbe"),
                    "is missing; a container must say when it can serve",
                    () => $"Add for instance {container.ExampleProbe("readinessProbe", "/ready")}.");
            }
        }
    }
}
