using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>What a validating rule says of an object: a <see cref="Violation"/>, or that it is <see cref="Undecided"/>.</summary>
public abstract record RuleResult
{
    private protected RuleResult()
    {
    }
}

/// <summary>
/// The rule cannot judge the object for want of data. It is no finding and denies nothing, but it is told: a rule never passes in silence what it
/// could not see.
/// </summary>
/// <param name="Reason">What it would need, for instance <c>disruption budgets are not known here</c>.</param>
public sealed record Undecided(string Reason) : RuleResult
{
    /// <summary>Where a namespace seems to be empty, what looks like a mistake is more likely half of the story.</summary>
    internal static readonly Undecided WithoutAnyWorkload = new("no workload of the namespace is known here");

    private static readonly Undecided _withoutBudgets = new("disruption budgets are not known here");
    private static readonly Undecided _withoutWorkloads = new("the workloads of the namespace are not known here");
    private static readonly Undecided _withoutAutoscalers = new("autoscalers are not known here");
    private static readonly Undecided _withoutClaims = new("claims are not known here");

    /// <summary>What a rule says that cannot judge without a claim that is not among those loaded.</summary>
    public static Undecided WithoutClaim(string name) => new($"claim {name} is not known here");

    /// <summary>What a rule says that cannot judge without these related objects; null where all of them are loaded.</summary>
    public static Undecided? Without(RelatedKinds kinds, RelatedObjects related) => (kinds & ~related.Loaded) switch
    {
        RelatedKinds.None => null,
        var missing when missing.HasFlag(RelatedKinds.DisruptionBudgets) => _withoutBudgets,
        var missing when missing.HasFlag(RelatedKinds.Workloads) => _withoutWorkloads,
        var missing when missing.HasFlag(RelatedKinds.Autoscalers) => _withoutAutoscalers,
        _ => _withoutClaims,
    };
}
