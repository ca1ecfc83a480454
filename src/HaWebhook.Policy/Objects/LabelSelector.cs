namespace HaWebhook.Policy.Objects;

/// <summary>
/// A label selector. All its requirements must hold; one without requirements selects everything.
/// (A selector that is absent selects nothing: that is for its holder to know.)
/// </summary>
/// <param name="MatchLabels">Labels that must be there with these values; null for none.</param>
/// <param name="MatchExpressions">Further requirements; null for none.</param>
public sealed record LabelSelector(
    IReadOnlyDictionary<string, string>? MatchLabels,
    IReadOnlyList<LabelSelectorRequirement>? MatchExpressions = null)
{
    /// <summary>Whether it has no requirements, and so selects everything. Not public: what is public of a selector is written into patches.</summary>
    internal bool IsEmpty => MatchLabels is not { Count: > 0 } && MatchExpressions is not { Count: > 0 };

    /// <summary>Whether an object with these labels is selected.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        if (MatchLabels is not null)
        {
            foreach (var (key, value) in MatchLabels)
            {
                if (!labels.TryGetValue(key, out var actual) || !string.Equals(actual, value, StringComparison.Ordinal))
                {
                    return false;
                }
            }
        }

        return MatchExpressions is null || MatchExpressions.All(requirement => requirement.Matches(labels));
    }

    /// <summary>Whether a requirement is about this label.</summary>
    public bool Names(string key) =>
        (MatchLabels?.ContainsKey(key) ?? false) || (MatchExpressions?.Any(requirement => requirement.Key == key) ?? false);

    /// <summary>The selector in the form that <c>kubectl get -l</c> takes, keys in order.</summary>
    public override string ToString()
    {
        var labels = (MatchLabels ?? Metadata.NoStrings).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}");
        return string.Join(",", labels.Concat((MatchExpressions ?? []).Select(requirement => requirement.ToString())));
    }
}

/// <summary>One requirement of a selector on one label.</summary>
/// <param name="Key">Label key.</param>
/// <param name="Operator"><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>; the API server refuses others.</param>
/// <param name="Values">Values for <c>In</c> and <c>NotIn</c>; null for the others.</param>
public sealed record LabelSelectorRequirement(string Key, string Operator, IReadOnlyList<string>? Values = null)
{
    /// <summary>Whether these labels meet the requirement. An operator that Kubernetes does not know is never met.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var exists = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            "In" => exists && Contains(value!),
            "NotIn" => !exists || !Contains(value!),
            "Exists" => exists,
            "DoesNotExist" => !exists,
            _ => false,
        };
    }

    private bool Contains(string value) => Values is not null && Values.Contains(value, StringComparer.Ordinal);

    /// <summary>The requirement in the form that <c>kubectl get -l</c> takes.</summary>
    public override string ToString() => Operator switch
    {
        "In" => $"{Key} in ({string.Join(",", Values ?? [])})",
        "NotIn" => $"{Key} notin ({string.Join(",", Values ?? [])})",
        "Exists" => Key,
        "DoesNotExist" => "!" + Key,
        _ => $"{Key} {Operator}",
    };
}
