using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Configuration;

/// <summary>The rules' part of the policy file: a key for each rule, below it a key for each of its parameters.</summary>
internal static class RuleKeys
{
    private static readonly PolicyKey<bool> _enabled = new("enabled", new TrueOrFalse(), RuleSettings.Defaults.Enabled, "Whether the rule runs.");

    private static readonly IReadOnlyList<PolicyKey<RuleSettings>> _rules = [.. BuiltInRules.All.Select(Rule)];

    /// <summary>The mapping of all rules.</summary>
    public static MappingOf<IReadOnlyDictionary<string, RuleSettings>> Value { get; } = new(
        _rules,
        section => _rules.Where(section.Has).ToDictionary(rule => rule.Name, section.Get, StringComparer.Ordinal));

    private static PolicyKey<RuleSettings> Rule(RuleDefinition rule) => new(
        rule.Id,
        rule is ValidatingRuleDefinition validating ? Validating(validating) : Mutating(rule),
        RuleSettings.Defaults,
        $"{rule.Summary} {rule.Why}");

    private static MappingOf<RuleSettings> Validating(ValidatingRuleDefinition rule)
    {
        var action = new PolicyKey<ValidationAction>(
            "action",
            PolicyValues.Choice<ValidationAction>(),
            rule.DefaultAction,
            "What follows from a violation. Deny: the request is refused. Warn: the user reads a warning. Audit: it is recorded. Off: the rule does not run.");
        return new(
            [action, .. rule.Parameters, new RefusedKey(_enabled.Name, "is for mutating rules; a validating rule has action")],
            section => new RuleSettings { Action = section.Has(action) ? section.Get(action) : null, Values = Values(rule, section) });
    }

    private static MappingOf<RuleSettings> Mutating(RuleDefinition rule) => new(
        [_enabled, .. rule.Parameters, new RefusedKey("action", "is for validating rules; a mutating rule has enabled")],
        section => new RuleSettings { Enabled = section.Get(_enabled), Values = Values(rule, section) });

    private static Dictionary<PolicyKey, object> Values(RuleDefinition rule, PolicySection section) =>
        rule.Parameters.Where(section.Has).ToDictionary(parameter => parameter, parameter => parameter.ReadFrom(section)!);
}
