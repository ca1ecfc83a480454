using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Evaluation;

/// <summary>Makes findings of what rules and exemptions say, within the mode.</summary>
internal static class Findings
{
    /// <summary>The finding of a violation.</summary>
    /// <param name="judgement">The rule and its violation.</param>
    /// <param name="mode">The mode in force.</param>
    /// <param name="ratchet">Knows what was there before; null for nothing.</param>
    /// <param name="most">The most that may follow.</param>
    public static Finding Of(Judgement judgement, Mode mode, Ratchet? ratchet, ValidationAction most)
    {
        var violation = (Violation)judgement.Result!;
        var intended = violation.AtMost is { } own && own < judgement.Action ? own : judgement.Action;
        intended = intended < most ? intended : most;
        var isExisting = intended == ValidationAction.Deny && ratchet is not null && ratchet.Holds(judgement.Rule, violation);
        if (isExisting)
        {
            intended = ValidationAction.Warn;
        }

        return new Finding
        {
            Rule = judgement.Rule,
            Action = Cap(intended, mode),
            Intended = intended,
            Field = SingleLine.Of(violation.Field),
            Message = SingleLine.Of(violation.Message),
            SayFix = violation.Fix,
            IsExisting = isExisting,
        };
    }

    /// <summary>What is wrong with exemptions.</summary>
    public static List<Finding> Of(Exemptions.Exemptions exemptions, Mode mode) =>
    [
        .. exemptions.Problems.Select(problem => new Finding
        {
            Rule = Verdict.Exemptions,
            Action = Cap(ValidationAction.Warn, mode),
            Intended = ValidationAction.Warn,
            Field = SingleLine.Of(problem.Field),
            Message = SingleLine.Of(problem.Message),
            SayFix = () => problem.Fix,
        }),
    ];

    /// <summary>The most of an action that a mode lets follow.</summary>
    public static ValidationAction Cap(ValidationAction action, Mode mode)
    {
        var most = mode switch
        {
            Mode.Audit => ValidationAction.Audit,
            Mode.Warn => ValidationAction.Warn,
            _ => ValidationAction.Deny,
        };
        return action < most ? action : most;
    }
}
