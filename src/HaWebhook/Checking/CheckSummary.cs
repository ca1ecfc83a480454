using HaWebhook.Policy.Configuration;

namespace HaWebhook.Checking;

/// <summary>A check in numbers.</summary>
internal sealed record CheckSummary(int Objects, int Deny, int Warn, int Audit, int Exempt, int SkippedRules, int SkippedDocuments, int Errors)
{
    /// <summary>Rules that could not judge an object, and documents that hold none.</summary>
    public int Skipped => SkippedRules + SkippedDocuments;

    public static CheckSummary Of(CheckResult result)
    {
        int Count(ValidationAction action) => result.Objects.Sum(item => item.Findings.Count(finding => finding.Finding.Action == action));
        return new(
            result.Objects.Count,
            Count(ValidationAction.Deny),
            Count(ValidationAction.Warn),
            Count(ValidationAction.Audit),
            result.Objects.Sum(item => item.Exempt.Count),
            result.Objects.Sum(item => item.Skipped.Count),
            result.Skipped.Count,
            result.Errors.Count);
    }

    /// <summary>Whether there are findings at this level or above.</summary>
    public bool Reaches(ValidationAction level) => level switch
    {
        ValidationAction.Deny => Deny > 0,
        ValidationAction.Warn => Deny + Warn > 0,
        ValidationAction.Audit => Deny + Warn + Audit > 0,
        _ => false,
    };
}
