using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Rules;

/// <summary>What the policy says of one rule.</summary>
public sealed record RuleSettings
{
    /// <summary>A rule of which the policy says nothing.</summary>
    public static readonly RuleSettings Defaults = new();

    /// <summary>The action of a validating rule; null for its default.</summary>
    public ValidationAction? Action { get; init; }

    /// <summary>Whether a mutating rule runs. Default: it does.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Values of parameters; a parameter that is not there has its default.</summary>
    public IReadOnlyDictionary<PolicyKey, object> Values { get; init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<PolicyKey, object>.Empty;

    /// <summary>The value of a parameter.</summary>
    public T Get<T>(PolicyKey<T> parameter)
        where T : notnull => Values.TryGetValue(parameter, out var value) ? (T)value : parameter.Default;
}
