namespace HaWebhook.Policy.Objects;

/// <summary>
/// The disruption budgets of a namespace, to be looked up by the pods that they select. Immutable; the index is built once, when it is first asked or
/// prepared.
/// </summary>
/// <param name="budgets">The budgets, in any order.</param>
public sealed class DisruptionBudgetIndex(IReadOnlyList<PodDisruptionBudget> budgets)
{
    /// <summary>No budgets.</summary>
    public static readonly DisruptionBudgetIndex Empty = new([]);

    private readonly Lazy<SelectorIndex<PodDisruptionBudget>> _bySelector = new(() => new([.. budgets.InOrder()], budget => budget.Selector));

    /// <summary>All of them.</summary>
    public IReadOnlyList<PodDisruptionBudget> All { get; } = budgets;

    /// <summary>Those that select pods with these labels, in the order of their names.</summary>
    public IReadOnlyList<PodDisruptionBudget> Selecting(IReadOnlyDictionary<string, string> podLabels) =>
        All.Count == 0 ? [] : _bySelector.Value.Selecting(podLabels);

    /// <summary>Builds the index ahead, so that no review has to.</summary>
    /// <returns>Itself.</returns>
    public DisruptionBudgetIndex Prepare()
    {
        _ = _bySelector.Value;
        return this;
    }
}
