using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Rules;

/// <summary>What a validating rule finds wrong. Who said it, and what follows, the evaluator adds.</summary>
/// <param name="Field">The field, with containers by name: with the rule's id it tells one violation from another.</param>
/// <param name="Message">The value and what is required, to be read after the field: <c>is 1; must be at least 2</c>.</param>
/// <param name="Fix">Says what to do, as sentences. Only denials and reports ask for it, so it is put into words only then.</param>
public sealed record Violation(string Field, string Message, Func<string> Fix) : RuleResult
{
    /// <summary>The count that falls short, by which an update can make it worse; null where there is none.</summary>
    public int? Count { get; init; }

    /// <summary>The most that may follow; null for the rule's own action.</summary>
    public ValidationAction? AtMost { get; init; }
}
