using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Checking.Reports;

/// <summary>
/// Writes a check for people: by object, each finding with its place and what to do, then what would be filled in. What was not judged is only
/// counted, unless all is asked for.
/// </summary>
internal sealed class TextReport(bool colours, bool isVerbose) : IReport
{
    public void Write(CheckResult result, Stream output)
    {
        using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        Write(result, new Terminal(writer, colours));
    }

    private void Write(CheckResult result, Terminal terminal)
    {
        foreach (var item in result.Objects.Where(HasSomethingToSay))
        {
            Write(item, terminal);
            terminal.WriteLine();
        }

        if (isVerbose)
        {
            WriteDocuments(result.Skipped, terminal);
        }

        foreach (var error in result.Errors)
        {
            terminal.WriteLine($"{terminal.Red("ERROR")}  {SingleLine.Of($"{error.File}:{error.Line}: {error.Message}")}");
        }

        if (result.Errors.Count > 0)
        {
            terminal.WriteLine();
        }

        terminal.WriteLine(CheckSummary.Of(result).ToString(isVerbose));
    }

    private bool HasSomethingToSay(CheckedObject item) =>
        item.Findings.Count + item.Changes.Count + item.Exempt.Count + (isVerbose ? item.Skipped.Count : 0) > 0;

    private void Write(CheckedObject item, Terminal terminal)
    {
        terminal.WriteLine($"{terminal.Bold(item.Title)}  {terminal.Dim($"{SingleLine.Of(item.Manifest.File)}:{item.Manifest.Line}")}");
        foreach (var (finding, line) in item.Findings)
        {
            terminal.WriteLine($"  {Label(finding.Action, terminal)}  {finding.Rule}: {finding.Field} {finding.Message}");
            terminal.WriteLine($"         {finding.Fix}");
            terminal.WriteLine($"         {terminal.Dim($"{SingleLine.Of(item.Manifest.File)}:{line}")}");
        }

        foreach (var exempt in item.Exempt)
        {
            terminal.WriteLine($"  {terminal.Dim("EXEMPT")} {exempt.Rule}: {SingleLine.Of(exempt.Exemption.ToString())}");
        }

        foreach (var skipped in isVerbose ? item.Skipped : [])
        {
            terminal.WriteLine($"  {terminal.Dim("SKIP")}   {skipped.Rule}: {SingleLine.Of(skipped.Reason)}");
        }

        if (item.Changes.Count == 0)
        {
            return;
        }

        var when = item.Patches ? "on admission" : "on admission, were the mode not Audit";
        var rules = string.Join(" and ", item.Changes.Select(change => change.Rule).Distinct());
        terminal.WriteLine($"  {terminal.Cyan("ADDS")}   {when}, by {rules}:");
        foreach (var (isAdded, text) in PatchDiff.Lines(item.Changes))
        {
            terminal.WriteLine(isAdded ? terminal.Green($"         + {text}") : $"           {text}");
        }
    }

    private static void WriteDocuments(IReadOnlyList<SkippedDocument> documents, Terminal terminal)
    {
        foreach (var document in documents)
        {
            terminal.WriteLine($"{terminal.Dim("SKIP")}   {SingleLine.Of($"{document.File}:{document.Line}: {document.Reason}")}");
        }

        if (documents.Count > 0)
        {
            terminal.WriteLine();
        }
    }

    private static string Label(ValidationAction action, Terminal terminal) => action switch
    {
        ValidationAction.Deny => terminal.Red("DENY "),
        ValidationAction.Warn => terminal.Yellow("WARN "),
        _ => terminal.Cyan("AUDIT"),
    };
}
