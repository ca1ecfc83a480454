namespace HaWebhook.Policy.Objects;

/// <summary>
/// The disruption budgets of a namespace, to be looked up by the pods that they select. Immutable; the index is built when it is first asked.
/// </summary>
/// <param name="budgets">The budgets, in any order.</param>
public sealed class DisruptionBudgetIndex(IReadOnlyList<PodDisruptionBudget> budgets)
{
    /// <summary>No budgets.</summary>
    public static readonly DisruptionBudgetIndex Empty = new([]);

    private SelectorIndex<PodDisruptionBudget>? _bySelector;

    /// <summary>All of them.</summary>
    public IReadOnlyList<PodDisruptionBudget> All { get; } = budgets;

    /// <summary>Those that select pods with these labels, in the order of their names.</summary>
    public IReadOnlyList<PodDisruptionBudget> Selecting(IReadOnlyDictionary<string, string> podLabels)
    {
        if (All.Count == 0)
        {
            return [];
        }

        _bySelector ??= new([.. All.InOrder()], budget => budget.Selector);
        return _bySelector.Selecting(podLabels);
    }
}
