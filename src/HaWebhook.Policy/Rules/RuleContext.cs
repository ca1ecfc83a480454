using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>What a rule may look at beside the object.</summary>
/// <param name="Namespace">The namespace that the object is in.</param>
/// <param name="Related">The other objects of the namespace.</param>
/// <param name="User">Who asks; null where nobody does.</param>
/// <param name="OldSubject">The object as it is stored; null for a new one.</param>
internal sealed record RuleContext(string Namespace, RelatedObjects Related, User? User, KubernetesObject? OldSubject)
{
    /// <summary>What a rule says that cannot judge without these related objects; null where they are loaded.</summary>
    public Undecided? UndecidedWithout(RelatedKinds kinds) => Undecided.Without(kinds, Related);

    /// <summary>
    /// Whether the object is just being created by somebody. What belongs to it may then be on its way: Helm installs disruption budgets before
    /// workloads and HorizontalPodAutoscalers before StatefulSets, and <c>kubectl apply</c> goes by the order in the file.
    /// </summary>
    public bool IsArriving => User is not null && OldSubject is null;
}
