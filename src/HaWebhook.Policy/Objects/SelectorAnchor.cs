namespace HaWebhook.Policy.Objects;

/// <summary>
/// The labels of one key by which an index finds what a selector selects: whatever it selects carries one of them. Either a label that must be
/// there, or the values of an <c>In</c>.
/// </summary>
internal static class SelectorAnchor
{
    /// <summary>The anchor that the fewest stand under; null for a selector that demands no label in particular.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="count">How many stand under a label.</param>
    public static IReadOnlyList<(string Key, string Value)>? Of(LabelSelector selector, Func<(string Key, string Value), int> count) =>
        Candidates(selector).MinBy(candidate => candidate.Sum(count));

    /// <summary>How many of these selectors demand each label.</summary>
    public static Dictionary<(string Key, string Value), int> Demands(IEnumerable<LabelSelector> selectors)
    {
        var demands = new Dictionary<(string Key, string Value), int>();
        foreach (var label in selectors.SelectMany(Candidates).SelectMany(candidate => candidate))
        {
            demands[label] = demands.GetValueOrDefault(label) + 1;
        }

        return demands;
    }

    private static IEnumerable<(string Key, string Value)[]> Candidates(LabelSelector selector)
    {
        foreach (var (key, value) in selector.MatchLabels ?? Metadata.NoStrings)
        {
            yield return [(key, value)];
        }

        foreach (var requirement in selector.MatchExpressions ?? [])
        {
            if (requirement.Operator == "In")
            {
                yield return [.. (requirement.Values ?? []).Distinct(StringComparer.Ordinal).Select(value => (requirement.Key, value))];
            }
        }
    }
}
