using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>A namespace with its objects, and with the state of its disruption budgets.</summary>
internal sealed class Space
{
    private readonly Dictionary<PodDisruptionBudget, BudgetState> _states = new(ReferenceEqualityComparer.Instance);

    /// <param name="name">Its name.</param>
    /// <param name="related">Its objects.</param>
    public Space(string name, RelatedObjects related)
    {
        (Name, Related) = (name, related);
        foreach (var budget in related.DisruptionBudgets.All)
        {
            _states[budget] = new(budget, this);
        }
    }

    public string Name { get; }

    public RelatedObjects Related { get; }

    /// <summary>Whether its disruption budgets are known.</summary>
    public bool KnowsBudgets => Related.Has(RelatedKinds.DisruptionBudgets);

    /// <summary>Its budgets.</summary>
    public IReadOnlyCollection<BudgetState> Budgets => _states.Values;

    /// <summary>The budgets that select pods with these labels, in the order of their names.</summary>
    public IReadOnlyList<BudgetState> BudgetsOf(IReadOnlyDictionary<string, string> labels)
    {
        var selecting = Related.DisruptionBudgets.Selecting(labels);
        return selecting.Count == 0 ? [] : [.. selecting.Select(budget => _states[budget])];
    }
}
