namespace HaWebhook.Auditing.Background.Budgets;

/// <summary>Default disruption budgets in numbers.</summary>
/// <param name="Kept">Those that are there, and right.</param>
/// <param name="Missing">Those that are still to be made.</param>
/// <param name="Obsolete">Those that are still to be removed.</param>
internal sealed record BudgetCounts(int Kept, int Missing, int Obsolete)
{
    /// <summary>None.</summary>
    public static readonly BudgetCounts None = new(0, 0, 0);

    /// <summary>Each with the label that tells it.</summary>
    public IReadOnlyList<(string State, int Count)> States => [("kept", Kept), ("missing", Missing), ("obsolete", Obsolete)];

    /// <summary>Both together.</summary>
    public static BudgetCounts operator +(BudgetCounts one, BudgetCounts other) =>
        new(one.Kept + other.Kept, one.Missing + other.Missing, one.Obsolete + other.Obsolete);
}
