using HaWebhook.Admission;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Fuzzing.Admission;

/// <summary>A policy that does not change, and what counts the reviews that are decided by it.</summary>
internal sealed class FuzzedPolicy : ICurrentPolicy
{
    public FuzzedPolicy(PolicyOptions options)
    {
        Evaluators = new(options, FuzzedDay.Clock);
        Metrics = new(new UnheardMeters(), this);
    }

    public PolicyEvaluators Evaluators { get; }

    public PolicyOptions Options => Evaluators.Options;

    public AdmissionMetrics Metrics { get; }

    /// <summary>The policy of a text that is right.</summary>
    public static FuzzedPolicy Read(string text) =>
        new(PolicyFile.Read(text, out var errors) ?? throw new InvalidOperationException($"line {errors[0].Line}: {errors[0].Message}"));

    /// <summary>The text of a policy in which only one rule runs.</summary>
    /// <param name="rule">The rule's id.</param>
    /// <param name="settings">Its settings, as a mapping in one line.</param>
    public static string OnlyOne(string rule, string settings) =>
        "rules:\n" + string.Concat(BuiltInRules.All.Select(definition => $"  {definition.Id}: {(definition.Id == rule ? settings : Off(definition))}\n"));

    private static string Off(RuleDefinition definition) => definition is ValidatingRuleDefinition ? "{action: Off}" : "{enabled: false}";
}

/// <summary>The day it always is, so that exemptions end when they should.</summary>
internal sealed class FuzzedDay : TimeProvider
{
    public static readonly TimeProvider Clock = new FuzzedDay();

    public override DateTimeOffset GetUtcNow() => new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
}
