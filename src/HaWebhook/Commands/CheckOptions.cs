using HaWebhook.Checking;
using HaWebhook.Checking.Reports;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Commands;

/// <summary>What <c>check</c> is asked to do.</summary>
internal sealed record CheckOptions
{
    /// <summary>Files, directories, or <c>-</c> for standard input.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The reports, of which one at most goes to standard output.</summary>
    public required IReadOnlyList<ReportTarget<IReport>> Reports { get; init; }

    /// <summary>The policy file; null for the default policy.</summary>
    public string? Policy { get; init; }

    /// <summary>The mode that goes before the policy's; null for none.</summary>
    public Mode? Mode { get; init; }

    /// <summary>The least action that makes the exit code 1; <see cref="ValidationAction.Off"/> for none.</summary>
    public ValidationAction FailOn { get; init; } = ValidationAction.Deny;

    /// <summary>The namespace of objects that name none.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>The rules that it is about.</summary>
    public RuleSelection Rules { get; init; } = RuleSelection.All;

    /// <summary>The file of known findings; null for none.</summary>
    public string? Baseline { get; init; }

    /// <summary>The file that takes what is found as known; null for none.</summary>
    public string? WriteBaseline { get; init; }

    /// <summary>Whether the text tells also what was not judged.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>Whether what admission would add is written into the files first.</summary>
    public bool Fixes { get; init; }

    /// <summary>Whether that is only shown, on standard output; then no report goes there.</summary>
    public bool IsDryRun { get; init; }
}
