using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>Finds the workloads that a selector which selects nothing was probably meant for.</summary>
internal static class NearestSelection
{
    private const int Misspelt = 1;
    private const int UnderAnotherKey = 2;

    /// <summary>
    /// Those whose pods come nearest to what the selector demands; empty where it demands something that a workload's pods have in no form. What
    /// must not be there is left out of account: it selects nothing by itself.
    /// </summary>
    /// <param name="selector">The selector.</param>
    /// <param name="workloads">All that may be meant, in the order in which they are returned.</param>
    public static IReadOnlyList<Workload> Of(LabelSelector selector, IReadOnlyList<Workload> workloads)
    {
        var demands = Demands(selector).ToList();
        if (demands.Count == 0)
        {
            return [];
        }

        var nearest = new List<Workload>();
        var least = int.MaxValue;
        foreach (var workload in workloads)
        {
            if (Distance(demands, workload.Template.Metadata.Labels) is not { } distance || distance > least)
            {
                continue;
            }

            if (distance < least)
            {
                nearest.Clear();
                least = distance;
            }

            nearest.Add(workload);
        }

        return nearest;
    }

    /// <summary>Labels that must be there, each with the values that will do; none for any value.</summary>
    private static IEnumerable<(string Key, IReadOnlyList<string> Values)> Demands(LabelSelector selector) =>
    [
        .. (selector.MatchLabels ?? Metadata.NoStrings).Select(label => (label.Key, (IReadOnlyList<string>)[label.Value])),
        .. (selector.MatchExpressions ?? [])
            .Where(requirement => requirement.Operator is "In" or "Exists")
            .Select(requirement => (requirement.Key, requirement.Values ?? [])),
    ];

    private static int? Distance(List<(string Key, IReadOnlyList<string> Values)> demands, IReadOnlyDictionary<string, string> labels)
    {
        var sum = 0;
        foreach (var (key, values) in demands)
        {
            if (Distance(key, values, labels) is not { } distance)
            {
                return null;
            }

            sum += distance;
        }

        return sum;
    }

    private static int? Distance(string key, IReadOnlyList<string> values, IReadOnlyDictionary<string, string> labels)
    {
        if (labels.TryGetValue(key, out var actual))
        {
            return Fits(actual) ? 0 : values.Any(value => IsNear(value, actual)) ? Misspelt : null;
        }

        int? least = null;
        foreach (var (other, value) in labels)
        {
            if (Fits(value) && IsNear(key, other))
            {
                return Misspelt;
            }

            least = values.Contains(value, StringComparer.Ordinal) ? UnderAnotherKey : least;
        }

        return least;

        bool Fits(string value) => values.Count == 0 || values.Contains(value, StringComparer.Ordinal);
    }

    private static bool IsNear(string given, string known) => NearestName.Of(given, [known]) is not null;
}
