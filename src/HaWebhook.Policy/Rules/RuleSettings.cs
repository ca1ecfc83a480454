using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Rules;

/// <summary>What the policy says of one rule.</summary>
public sealed record RuleSettings
{
    /// <summary>A rule of which the policy says nothing.</summary>
    public static readonly RuleSettings Defaults = new();

    /// <summary>The action of a validating rule; null for its default.</summary>
    public ValidationAction? Action { get; init; }

    /// <summary>Whether a rule that has no action runs; null for its default.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Values of parameters; a parameter that is not there has its default.</summary>
    public IReadOnlyDictionary<PolicyKey, object> Values { get; init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<PolicyKey, object>.Empty;

    /// <summary>These settings with others over them, key by key: what the others leave out stays as it is.</summary>
    public RuleSettings With(RuleSettings others)
    {
        var values = new Dictionary<PolicyKey, object>(Values);
        foreach (var (parameter, value) in others.Values)
        {
            values[parameter] = value;
        }

        return this with { Action = others.Action ?? Action, Enabled = others.Enabled ?? Enabled, Values = values };
    }

    /// <summary>The value of a parameter.</summary>
    public T Get<T>(PolicyKey<T> parameter)
        where T : notnull => Values.TryGetValue(parameter, out var value) ? (T)value : parameter.Default;
}
