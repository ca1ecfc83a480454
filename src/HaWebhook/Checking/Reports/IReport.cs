using HaWebhook.Policy.Configuration;

namespace HaWebhook.Checking.Reports;

/// <summary>Writes what a check found, in one format. The same result gives the same bytes.</summary>
internal interface IReport
{
    /// <summary>Writes the whole report.</summary>
    void Write(CheckResult result, Stream output);
}

/// <summary>What a report may need to know beside the result.</summary>
/// <param name="FailOn">The least action that fails the run; <see cref="ValidationAction.Off"/> where none does.</param>
/// <param name="Root">What paths are relative to in reports that another program reads.</param>
/// <param name="Tell">Takes a line for the user: what a report had to leave out.</param>
internal sealed record ReportContext(ValidationAction FailOn, SourceRoot Root, Action<string> Tell)
{
    /// <summary>Whether people look at it on a terminal that shows colours.</summary>
    public bool Colours { get; init; }

    /// <summary>Whether they want to know also what was not judged.</summary>
    public bool IsVerbose { get; init; }
}
