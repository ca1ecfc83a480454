using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Evaluation;

/// <summary>A violation with the rule that found it and what follows from it.</summary>
public sealed record Finding
{
    internal Finding()
    {
    }

    /// <summary>The rule's id.</summary>
    public required string Rule { get; init; }

    /// <summary>What follows, within the mode.</summary>
    public required ValidationAction Action { get; init; }

    /// <summary>What would follow in the mode <c>Enforce</c>.</summary>
    public required ValidationAction Intended { get; init; }

    /// <summary>The field that is wrong.</summary>
    public required string Field { get; init; }

    /// <summary>Its value and what is required, to be read after the field.</summary>
    public required string Message { get; init; }

    /// <summary>What to do, as sentences.</summary>
    public string Fix
    {
        get
        {
            try
            {
                return SingleLine.Of(SayFix());
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // The finding stands although our advice on it fails.
                return $"See ha-webhook explain {Rule}.";
            }
        }
    }

    /// <summary>Puts <see cref="Fix"/> into words.</summary>
    internal Func<string> SayFix { get; init; } = () => "";

    /// <summary>Whether the stored object violates the rule already and the update makes it no worse.</summary>
    public bool IsExisting { get; init; }
}

/// <summary>A field that is filled in, with the rule that does it.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Change">The field and its value.</param>
public sealed record RuleChange(string Rule, Rules.Change Change);

/// <summary>A rule that an object violates or would be changed by, but is exempt from.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Exemption">The exemption.</param>
public sealed record ExemptRule(string Rule, Exemptions.Exemption Exemption);

/// <summary>A rule that failed: our own fault, not the author's.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Exception">What it threw.</param>
public sealed record RuleError(string Rule, Exception Exception);

/// <summary>A rule that could not judge an object for want of data.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Reason">What it would have needed.</param>
public sealed record SkippedRule(string Rule, string Reason);
