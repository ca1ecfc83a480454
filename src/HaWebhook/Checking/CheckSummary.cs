using HaWebhook.Policy.Configuration;

namespace HaWebhook.Checking;

/// <summary>A check in numbers.</summary>
internal sealed record CheckSummary(
    int Objects, int Deny, int Warn, int Audit, int Exempt, int SkippedRules, int SkippedDocuments, int Errors, int Known)
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
            result.Errors.Sum(error => error.Count),
            result.Objects.Sum(item => item.Known.Count));
    }

    /// <summary>Whether there are findings at this level or above.</summary>
    public bool Reaches(ValidationAction level) => level switch
    {
        ValidationAction.Deny => Deny > 0,
        ValidationAction.Warn => Deny + Warn > 0,
        ValidationAction.Audit => Deny + Warn + Audit > 0,
        _ => false,
    };

    /// <summary>The numbers as a line of text.</summary>
    public override string ToString() => ToString(isVerbose: false);

    /// <summary>The same, where reasons may have been told before.</summary>
    public string ToString(bool isVerbose)
    {
        string[] parts =
        [
            Text(Objects, "object"),
            Text(Deny, "denial"),
            Text(Warn, "warning"),
            .. Audit > 0 ? [$"{Audit} audited"] : Array.Empty<string>(),
            .. Known > 0 ? [$"{Known} known"] : Array.Empty<string>(),
            .. Exempt > 0 ? [$"{Exempt} exempt"] : Array.Empty<string>(),
            .. SkippedRules > 0 ? [$"{Text(SkippedRules, "rule")} skipped{(isVerbose ? "" : " (--verbose says why)")}"] : Array.Empty<string>(),
            .. SkippedDocuments > 0 ? [$"{Text(SkippedDocuments, "document")} skipped (no apiVersion and kind)"] : Array.Empty<string>(),
            .. Errors > 0 ? [Text(Errors, "error")] : Array.Empty<string>(),
        ];
        return string.Join(", ", parts);
    }

    private static string Text(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
