using HaWebhook.Auditing.Reports;
using HaWebhook.Checking;
using HaWebhook.Checking.Reports;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Commands;

/// <summary>What <c>audit</c> is asked to do.</summary>
internal sealed record AuditOptions
{
    /// <summary>Files, directories, or <c>-</c> for standard input; empty for a cluster.</summary>
    public required IReadOnlyList<string> From { get; init; }

    /// <summary>The only namespaces; empty for all.</summary>
    public required IReadOnlyList<string> Namespaces { get; init; }

    /// <summary>The reports, of which one at most goes to standard output.</summary>
    public required IReadOnlyList<ReportTarget<IAuditReport>> Reports { get; init; }

    /// <summary>The policy file; null for the default policy.</summary>
    public string? Policy { get; init; }

    /// <summary>The mode that goes before the policy's; null for none.</summary>
    public Mode? Mode { get; init; }

    /// <summary>The mode that is previewed; null for none.</summary>
    public Mode? AsIf { get; init; }

    /// <summary>The least action that makes the exit code 1; <see cref="ValidationAction.Off"/> for none.</summary>
    public ValidationAction FailOn { get; init; } = ValidationAction.Deny;

    /// <summary>The label that tells whose an object is.</summary>
    public required string TeamLabel { get; init; }

    /// <summary>The rules that it is about.</summary>
    public RuleSelection Rules { get; init; } = RuleSelection.All;

    /// <summary>Whether the text tells also what was not judged.</summary>
    public bool IsVerbose { get; init; }
}
