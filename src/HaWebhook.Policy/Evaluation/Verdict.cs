using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Evaluation;

/// <summary>What the policy says to a review.</summary>
public sealed record Verdict
{
    /// <summary>The word for findings about exemptions that do not hold, in the place of a rule's id.</summary>
    public const string Exemptions = "exemptions";

    /// <summary>The review is about nothing that the policy judges.</summary>
    public static readonly Verdict NotJudged = new();

    /// <summary>Whether the policy has judged the object at all.</summary>
    public bool IsJudged { get; init; }

    /// <summary>The mode in force for the object's namespace.</summary>
    public Mode Mode { get; init; }

    /// <summary>The controller that made the object and is judged in its place; empty where the object itself was judged.</summary>
    public string ControlledBy { get; init; } = "";

    /// <summary>What was found, in the order of the rules.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>What is filled in; in the mode <see cref="Mode.Audit"/> what would be.</summary>
    public IReadOnlyList<RuleChange> Changes { get; init; } = [];

    /// <summary>Exemptions that made a difference.</summary>
    public IReadOnlyList<ExemptRule> Exempt { get; init; } = [];

    /// <summary>Rules that failed.</summary>
    public IReadOnlyList<RuleError> Errors { get; init; } = [];

    /// <summary>Rules that could not judge the object for want of data. They change nothing of the decision.</summary>
    public IReadOnlyList<SkippedRule> Skipped { get; init; } = [];

    /// <summary>Whether a failed rule lets the request pass.</summary>
    public Outcome OnRuleError { get; init; } = Outcome.Allow;

    /// <summary>Whether the request is allowed.</summary>
    public bool IsAllowed => !Has(ValidationAction.Deny) && (Errors.Count == 0 || OnRuleError == Outcome.Allow || Mode != Mode.Enforce);

    /// <summary>Whether changes are sent.</summary>
    public bool Patches => Changes.Count > 0 && Mode != Mode.Audit;

    /// <summary>The verdict where some findings cannot be relied on, because what they hang on could not be looked at: their rules have failed.</summary>
    /// <param name="unreliable">Tells which findings.</param>
    /// <param name="failure">Why.</param>
    public Verdict Failing(Func<Finding, bool> unreliable, Exception failure) => this with
    {
        Findings = [.. Findings.Where(finding => !unreliable(finding))],
        Errors = [.. Errors, .. Findings.Where(unreliable).Select(finding => finding.Rule).Distinct().Select(rule => new RuleError(rule, failure))],
    };

    /// <summary>
    /// The verdict where mode and rules may be others than those by which it was reached: what it denies or fills in cannot be relied on, and those rules have failed.
    /// </summary>
    /// <param name="failure">Why mode and rules are not known.</param>
    public Verdict Undecided(Exception failure)
    {
        var verdict = Failing(static finding => finding.Intended == ValidationAction.Deny, failure);
        return verdict with
        {
            Changes = [],
            Errors = [.. verdict.Errors, .. Changes.Select(change => change.Rule).Distinct().Select(rule => new RuleError(rule, failure))],
        };
    }

    /// <summary>Whether some finding has this action.</summary>
    public bool Has(ValidationAction action)
    {
        for (var i = 0; i < Findings.Count; i++)
        {
            if (Findings[i].Action == action)
            {
                return true;
            }
        }

        return false;
    }
}
