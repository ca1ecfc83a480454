using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>A rule that judges objects. What kinds it judges, <see cref="IValidatingRule{T}"/> says, once or several times.</summary>
internal interface IValidatingRule;

/// <summary>A rule that judges objects of one kind: a pure function of the object and what stands around it.</summary>
/// <typeparam name="T">The objects it judges, with all that derive from them.</typeparam>
internal interface IValidatingRule<in T> : IValidatingRule
    where T : KubernetesObject
{
    /// <summary>What is wrong with the object; empty where nothing is.</summary>
    IEnumerable<RuleResult> Validate(T subject, RuleContext context);
}

/// <summary>A rule that says what is wrong once an object is gone. Nothing is denied on deletion, so that it warns at most.</summary>
/// <typeparam name="T">The objects whose deletion it looks at.</typeparam>
internal interface IDeletionRule<in T>
    where T : KubernetesObject
{
    /// <summary>What is wrong with what is left; empty where nothing is, or where nobody can tell.</summary>
    IEnumerable<Violation> ValidateDeletion(T gone, RuleContext context);
}

/// <summary>A rule that fills in what the author left out of a pod template. It never changes what is there.</summary>
internal interface IMutatingRule
{
    /// <summary>The changes, and the object as they leave it, so that the next rule and the judges see it so.</summary>
    Mutation Mutate(PodOwner subject, RuleContext context);
}
