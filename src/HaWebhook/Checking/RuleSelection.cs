using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Checking;

/// <summary>The rules that a run is about, be it that they judge or that they fill in.</summary>
/// <param name="only">The only ones; empty for all.</param>
/// <param name="without">The ones that are left out of these.</param>
internal sealed class RuleSelection(IReadOnlyCollection<string> only, IReadOnlyCollection<string> without)
{
    /// <summary>All of them.</summary>
    public static readonly RuleSelection All = new([], []);

    /// <summary>The names that can be selected: every rule that sees manifests, and the word for exemptions that do not hold.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. BuiltInRules.Validating.Select(rule => rule.Id), .. BuiltInRules.Mutating.Select(rule => rule.Id), Verdict.Exemptions];

    public bool Includes(string rule) => (only.Count == 0 || only.Contains(rule)) && !without.Contains(rule);

    /// <summary>The policy with every other rule switched off.</summary>
    public PolicyOptions Of(PolicyOptions policy)
    {
        var rules = new Dictionary<string, RuleSettings>(policy.Rules, StringComparer.Ordinal);
        foreach (var rule in BuiltInRules.All.Where(rule => !Includes(rule.Id)))
        {
            rules[rule.Id] = SettingsOf(policy.Rules, rule) with { Action = ValidationAction.Off, Enabled = false };
        }

        return policy with
        {
            Rules = rules,
            Overrides =
            [
                .. policy.Overrides.Select(over => over with { Rules = over.Rules.Where(rule => Includes(rule.Key)).ToDictionary(StringComparer.Ordinal) }),
            ],
        };
    }

    /// <summary>What can be the source of a finding: every rule that judges, and the word for exemptions that do not hold.</summary>
    public static IReadOnlyList<string> Judges { get; } = [.. BuiltInRules.Validating.Select(rule => rule.Id), Verdict.Exemptions];

    /// <summary>The ones of these that judge in this run.</summary>
    public IReadOnlySet<string> JudgesOf(PolicyOptions policy)
    {
        var off = BuiltInRules.All.Where(rule => IsOff(policy, rule)).Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        return Judges.Where(rule => Includes(rule) && !off.Contains(rule)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The rules that are asked for by name although the policy has them off, so that nothing can come of it.</summary>
    public IEnumerable<string> AskedForInVain(PolicyOptions policy) =>
        BuiltInRules.All.Where(rule => only.Contains(rule.Id) && Includes(rule.Id) && IsOff(policy, rule)).Select(rule => rule.Id);

    /// <summary>Whether it is off in every namespace.</summary>
    private static bool IsOff(PolicyOptions policy, RuleDefinition rule)
    {
        var settings = SettingsOf(policy.Rules, rule);
        return !rule.IsOn(settings) && !policy.Overrides.Any(over => rule.IsOn(settings.With(SettingsOf(over.Rules, rule))));
    }

    private static RuleSettings SettingsOf(IReadOnlyDictionary<string, RuleSettings> rules, RuleDefinition rule) =>
        rules.GetValueOrDefault(rule.Id, RuleSettings.Defaults);
}
