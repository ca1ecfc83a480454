using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Evaluation;

/// <summary>
/// Lets an update keep what the stored object already violates, as long as it gets no worse, so that turning enforcement on
/// never freezes what runs. A violation is the same where rule and field are; it is worse where its count is smaller.
/// </summary>
/// <param name="rules">The rules, which judge the stored object too.</param>
/// <param name="existingViolations">Whether the policy lets violations stay at all.</param>
/// <param name="review">The review.</param>
/// <param name="context">What the rules may look at.</param>
/// <param name="isRestore">Whether a backup tool brings back what was there.</param>
internal sealed class Ratchet(RuleSet rules, Outcome existingViolations, Review review, RuleContext context, bool isRestore)
{
    private Dictionary<(string Rule, string Field), int?>? _old;

    public bool Holds(string rule, Violation violation)
    {
        if (existingViolations == Outcome.Deny)
        {
            return false;
        }

        if (review.Operation == Operation.Create)
        {
            return isRestore;
        }

        _old ??= Violations();
        return _old.TryGetValue((rule, violation.Field), out var count) && (count is null || violation.Count is null || violation.Count >= count);
    }

    private Dictionary<(string Rule, string Field), int?> Violations()
    {
        Dictionary<(string Rule, string Field), int?> violations = [];
        if (review.OldSubject is { } old)
        {
            foreach (var judgement in rules.Judge(old, context with { OldSubject = null }))
            {
                if (judgement.Result is Violation violation)
                {
                    violations.TryAdd((judgement.Rule, violation.Field), violation.Count);
                }
            }
        }

        return violations;
    }
}
