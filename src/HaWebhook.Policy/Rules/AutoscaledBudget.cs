using System.Globalization;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>Finds the disruption budget that lets no pod go any more at the floor of an autoscaler, so that drains wait for a load to come.</summary>
internal static class AutoscaledBudget
{
    /// <summary>More pods than any budget is about: what lets none of them go blocks whatever the floor, and is the budget's own mistake.</summary>
    private const int AnyNumber = int.MaxValue;

    /// <param name="subject">The autoscaler as it is to be.</param>
    /// <param name="related">Knows the workload, its budgets and its other autoscalers.</param>
    public static Violation? Judge(Autoscaler subject, RelatedObjects related)
    {
        if (JudgedWith.Of(subject, related) is not Workload workload
            || !ReferenceEquals(EffectiveReplicas.With(workload, related, subject).Autoscaler, subject))
        {
            return null;
        }

        foreach (var budget in related.DisruptionBudgets.Selecting(workload.Template.Metadata.Labels))
        {
            if (budget.AllowedDisruptions(AnyNumber, AnyNumber) > 0
                && BudgetCoverage.Of(budget.Selector!, related, subject).Replicas is > 0 and var replicas
                && budget.AllowedDisruptions(replicas, replicas) == 0)
            {
                var floor = string.Create(CultureInfo.InvariantCulture, $"is {(subject.Minimum is null ? "left out, which means " : "")}{subject.Floor}");
                return new(
                    subject.FloorField,
                    $"{floor}, and {FieldOf(budget)} of PodDisruptionBudget {budget.Metadata.Name} is {budget.MaxUnavailable ?? budget.MinAvailable}, "
                        + "which blocks every drain; must let at least one pod go",
                    () => FixOf(subject, workload, budget, replicas, related))
                {
                    Count = subject.Floor,
                };
            }
        }

        return null;
    }

    private static string FieldOf(PodDisruptionBudget budget) => budget.MaxUnavailable is null ? "spec.minAvailable" : "spec.maxUnavailable";

    private static string FixOf(Autoscaler subject, Workload workload, PodDisruptionBudget budget, int replicas, RelatedObjects related)
    {
        var replace = $"eplace spec.minAvailable of PodDisruptionBudget {budget.Metadata.Name} by maxUnavailable: 1";
        if (LoneClaim.Of(workload, related) is { } claim)
        {
            return $"R{replace}. More replicas would all mount the claim {claim}, which only one node can use unless it is ReadWriteMany.";
        }

        var floor = subject.Floor + budget.FewestThatLetOneGo(replicas) - replicas;
        return string.Create(CultureInfo.InvariantCulture, $"Set {subject.FloorField} to {floor} or more, or r{replace}.");
    }
}
