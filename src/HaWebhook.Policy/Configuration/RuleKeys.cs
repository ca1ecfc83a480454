using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Configuration;

/// <summary>The rules' part of the policy file: a key for each rule, below it the keys that the rule has.</summary>
internal static class RuleKeys
{
    private static readonly IReadOnlyList<PolicyKey<RuleSettings>> _rules =
    [
        .. BuiltInRules.Validating.Select(rule => Rule(rule, Settings(rule))),
        .. BuiltInRules.Mutating.Select(rule => Rule(rule, Settings(rule, rule.Enabled, "a mutating rule"))),
        .. BuiltInRules.Background.Select(rule => Rule(rule, Settings(rule, rule.Enabled, "this one"))),
    ];

    /// <summary>The mapping of all rules.</summary>
    public static MappingOf<IReadOnlyDictionary<string, RuleSettings>> Value { get; } = new(
        _rules,
        section => _rules.Where(section.Has).ToDictionary(rule => rule.Name, section.Get, StringComparer.Ordinal));

    private static PolicyKey<RuleSettings> Rule(RuleDefinition rule, MappingOf<RuleSettings> settings) =>
        new(rule.Id, settings, RuleSettings.Defaults, $"{rule.Summary} {rule.Why}");

    private static MappingOf<RuleSettings> Settings(ValidatingRuleDefinition rule) => new(
        [.. rule.Keys, new RefusedKey("enabled", "is for mutating rules; a validating rule has action")],
        section => new() { Action = section.Has(rule.Action) ? section.Get(rule.Action) : null, Values = Values(rule, section) });

    private static MappingOf<RuleSettings> Settings(RuleDefinition rule, PolicyKey<bool> enabled, string what) => new(
        [.. rule.Keys, new RefusedKey("action", $"is for validating rules; {what} has enabled")],
        section => new() { Enabled = section.Has(enabled) ? section.Get(enabled) : null, Values = Values(rule, section) });

    private static Dictionary<PolicyKey, object> Values(RuleDefinition rule, PolicySection section) =>
        rule.Parameters.Where(section.Has).ToDictionary(parameter => parameter, parameter => parameter.ReadFrom(section)!);
}
