using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>Without a liveness probe a process that hangs stays as it is until a person notices.</summary>
/// <remarks>Reads <c>livenessProbe</c> of each regular container. Init containers, sidecars among them, and ephemeral containers never need one.</remarks>
internal sealed class LivenessProbe : IValidatingRule<PodOwner>
{
    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new LivenessProbe())
    {
        Id = "liveness-probe",
        Summary = "Every regular container has a liveness probe.",
        Why = "Without one a process that hangs stays as it is until a person notices: only a process that exits is restarted.",
        Judges = "Workloads, DaemonSets and bare Pods that do not run to completion.",
        Reads = ["containers[].livenessProbe: absent means that only the end of the process restarts the container"],
        DefaultAction = ValidationAction.Warn,
        Example = "livenessProbe:\n  httpGet: {path: /health, port: 8080}\n  periodSeconds: 5\n  failureThreshold: 4\n",
    };

    public IEnumerable<RuleResult> Validate(PodOwner subject, RuleContext context)
    {
        if (subject.RunsToCompletion)
        {
            yield break;
        }

        foreach (var container in subject.Template.Spec.Containers)
        {
            if (container.LivenessProbe is null)
            {
                yield return new Violation(
                    subject.ContainerField(container, "livenessProbe"),
                    "is missing; a container must say when it hangs",
                    () => $"Add for instance {container.ExampleProbe("livenessProbe", "/health")}.");
            }
        }
    }
}
