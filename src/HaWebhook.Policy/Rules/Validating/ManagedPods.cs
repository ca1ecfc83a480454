using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>A Pod that nothing manages is gone for good when its node is drained or lost.</summary>
/// <remarks>
/// Reads <c>metadata.ownerReferences</c> (an owner counts only as controller) and <c>spec.restartPolicy</c> (absent means Always).
/// Pods that run to completion are allowed, and so are the mirrors of static pods: see <see cref="Ownership"/>.
/// </remarks>
internal sealed class ManagedPods : IValidatingRule<Pod>
{
    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new ManagedPods())
    {
        Id = "managed-pods",
        Summary = "A Pod that is to keep running is managed by a controller.",
        Why = "A Pod that nothing manages is gone for good when its node is drained or lost: nothing makes another.",
        Judges = "Pods without a controller. Mirrors of static pods are left alone.",
        Reads =
        [
            "metadata.ownerReferences: only an owner with controller: true counts, and a built-in one only where Kubernetes itself made the Pod",
            "spec.restartPolicy: absent means Always; Never and OnFailure say that the Pod ends by itself",
        ],
        DefaultAction = ValidationAction.Deny,
        Example = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: 2\n  template:\n    spec: {}  # the Pod's spec goes here\n",
    };

    public IEnumerable<RuleResult> Validate(Pod subject, RuleContext context)
    {
        if (subject.RunsToCompletion || Ownership.IsControlled(subject, context))
        {
            yield break;
        }

        var message = subject.Metadata.Controller is { } owner
            ? $"names {owner.Kind} {owner.Name}, which is not known to have made it; a Pod with restartPolicy Always must be made by its controller"
            : "names no controller; a Pod with restartPolicy Always must have one";
        yield return new Violation(
            "metadata.ownerReferences",
            message,
            () => "Create it through a Deployment, StatefulSet or DaemonSet. If it is to end by itself, set spec.restartPolicy to Never or OnFailure. "
                + $"If it must be bare, annotate {HaAnnotations.Exempt}: managed-pods and {HaAnnotations.ExemptReason}: <why>.");
    }
}
