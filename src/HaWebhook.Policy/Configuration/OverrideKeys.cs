using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Configuration;

/// <summary>An override of the policy file, key by key.</summary>
internal static class OverrideKeys
{
    private static readonly RequiredKey<LabelSelector> _namespaceSelector = new(
        "namespaceSelector",
        SelectorKeys.Value,
        new LabelSelector(null),
        "The namespaces, by their labels; kubernetes.io/metadata.name is a namespace's name.");

    private static readonly PolicyKey<Mode?> _mode = new(
        "mode",
        new Optional<Mode>(PolicyValues.Choice<Mode>()),
        null,
        "The mode there; left out for no other. The namespace label ha-webhook.io/mode goes over it, as far as namespaceModes lets it.");

    private static readonly PolicyKey<IReadOnlyDictionary<string, RuleSettings>> _rules = new(
        "rules",
        new SameAs<IReadOnlyDictionary<string, RuleSettings>>(RuleKeys.Value, "#/properties/rules"),
        PolicyOptions.Default.Rules,
        "Settings of rules that are different there; a key that is left out is as the policy has it.");

    /// <summary>One entry.</summary>
    public static MappingOf<PolicyOverride> Value { get; } = new(
        [_namespaceSelector, _mode, _rules],
        section => new() { NamespaceSelector = section.Get(_namespaceSelector), Mode = section.Get(_mode), Rules = section.Get(_rules) })
    {
        AnyOf = [_mode, _rules],
        WhenNone = "must give mode or rules: without them it changes nothing",
    };
}
