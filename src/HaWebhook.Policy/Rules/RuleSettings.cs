using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Rules;

/// <summary>What the policy says of one rule.</summary>
public sealed record RuleSettings
{
    /// <summary>A rule of which the policy says nothing.</summary>
    public static readonly RuleSettings Defaults = new();

    private readonly bool? _enabled;

    /// <summary>The action of a validating rule; null for its default.</summary>
    public ValidationAction? Action { get; init; }

    /// <summary>Whether a mutating rule runs. Default: it does.</summary>
    public bool Enabled
    {
        get => _enabled ?? true;
        init => _enabled = value;
    }

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

        var merged = this with { Action = others.Action ?? Action, Values = values };
        return others._enabled is { } enabled ? merged with { Enabled = enabled } : merged;
    }

    /// <summary>The value of a parameter.</summary>
    public T Get<T>(PolicyKey<T> parameter)
        where T : notnull => Values.TryGetValue(parameter, out var value) ? (T)value : parameter.Default;
}
