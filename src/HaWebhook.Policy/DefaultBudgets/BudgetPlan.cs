using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.DefaultBudgets;

/// <summary>What is to become of the default disruption budgets of a namespace.</summary>
/// <param name="Mode">The mode in force there: in <see cref="Mode.Audit"/> it is only told.</param>
/// <param name="Missing">The budgets to make, in the order of their workloads' names; after <paramref name="Obsolete"/> are gone, and not unless they are.</param>
/// <param name="Obsolete">The budgets to remove.</param>
/// <param name="Kept">How many stay as they are.</param>
/// <param name="IsUndecided">Whether too little is known of the namespace to decide anything.</param>
public sealed record BudgetPlan(
    Mode Mode, IReadOnlyList<DefaultBudget> Missing, IReadOnlyList<ObsoleteBudget> Obsolete, int Kept, bool IsUndecided = false)
{
    /// <summary>Whether nothing is to be done.</summary>
    public bool IsDone => Missing.Count + Obsolete.Count == 0;
}

/// <summary>A budget of HaWebhook's that is to go.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Why">Why, as part of a sentence.</param>
public sealed record ObsoleteBudget(PodDisruptionBudget Budget, string Why);

/// <summary>What is known of a namespace.</summary>
/// <param name="Namespace">Its name.</param>
/// <param name="Related">Its objects.</param>
/// <param name="Pods">Its pods; empty where they are not known: then templates alone tell what a budget selects.</param>
/// <param name="IsWhole">Whether all kinds of workloads could be read, so that one that is not here does not exist.</param>
public sealed record BudgetScene(string Namespace, RelatedObjects Related, IReadOnlyList<RunningPod> Pods, bool IsWhole);
