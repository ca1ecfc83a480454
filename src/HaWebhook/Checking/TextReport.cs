using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Checking;

/// <summary>
/// Writes a check for people: by object, each finding with its place and what to do, then what would be filled in. What was not judged is only
/// counted, unless all is asked for.
/// </summary>
internal static class TextReport
{
    public static void Write(CheckResult result, Terminal terminal, bool verbose)
    {
        foreach (var item in result.Objects.Where(item => item.Findings.Count + item.Changes.Count + item.Exempt.Count + (verbose ? item.Skipped.Count : 0) > 0))
        {
            Write(item, terminal, verbose);
            terminal.WriteLine();
        }

        if (verbose)
        {
            WriteDocuments(result.Skipped, terminal);
        }

        foreach (var error in result.Errors)
        {
            terminal.WriteLine($"{terminal.Red("ERROR")}  {error.File}:{error.Line}: {SingleLine.Of(error.Message)}");
        }

        if (result.Errors.Count > 0)
        {
            terminal.WriteLine();
        }

        WriteSummary(CheckSummary.Of(result), terminal, verbose);
    }

    private static void Write(CheckedObject item, Terminal terminal, bool verbose)
    {
        var title = $"{item.Manifest.Kind} {item.Namespace}/{item.Manifest.Name}";
        terminal.WriteLine($"{terminal.Bold(SingleLine.Of(title))}  {terminal.Dim($"{item.Manifest.File}:{item.Manifest.Line}")}");
        foreach (var (finding, line) in item.Findings)
        {
            terminal.WriteLine($"  {Label(finding.Action, terminal)}  {finding.Rule}: {finding.Field} {finding.Message}");
            terminal.WriteLine($"         {finding.Fix}");
            terminal.WriteLine($"         {terminal.Dim($"{item.Manifest.File}:{line}")}");
        }

        foreach (var exempt in item.Exempt)
        {
            terminal.WriteLine($"  {terminal.Dim("EXEMPT")} {exempt.Rule}: {SingleLine.Of(exempt.Exemption.ToString())}");
        }

        foreach (var skipped in verbose ? item.Skipped : [])
        {
            terminal.WriteLine($"  {terminal.Dim("SKIP")}   {skipped.Rule}: {SingleLine.Of(skipped.Reason)}");
        }

        if (item.Changes.Count == 0)
        {
            return;
        }

        terminal.WriteLine($"  {terminal.Cyan("ADDS")}   {(item.Patches ? "on admission" : "on admission, were the mode not Audit")}, by {string.Join(" and ", item.Changes.Select(change => change.Rule).Distinct())}:");
        foreach (var (isAdded, text) in PatchDiff.Lines(item.Changes))
        {
            terminal.WriteLine(isAdded ? terminal.Green($"         + {text}") : $"           {text}");
        }
    }

    private static void WriteDocuments(IReadOnlyList<SkippedDocument> documents, Terminal terminal)
    {
        foreach (var document in documents)
        {
            terminal.WriteLine($"{terminal.Dim("SKIP")}   {document.File}:{document.Line}: {document.Reason}");
        }

        if (documents.Count > 0)
        {
            terminal.WriteLine();
        }
    }

    private static void WriteSummary(CheckSummary summary, Terminal terminal, bool verbose)
    {
        string[] parts =
        [
            Count(summary.Objects, "object"),
            Count(summary.Deny, "denial"),
            Count(summary.Warn, "warning"),
            .. summary.Audit > 0 ? [$"{summary.Audit} audited"] : Array.Empty<string>(),
            .. summary.Exempt > 0 ? [$"{summary.Exempt} exempt"] : Array.Empty<string>(),
            .. summary.SkippedRules > 0 ? [$"{Count(summary.SkippedRules, "rule")} skipped{(verbose ? "" : " (--verbose says why)")}"] : Array.Empty<string>(),
            .. summary.SkippedDocuments > 0 ? [$"{Count(summary.SkippedDocuments, "document")} skipped (no apiVersion and kind)"] : Array.Empty<string>(),
            .. summary.Errors > 0 ? [Count(summary.Errors, "error")] : Array.Empty<string>(),
        ];
        terminal.WriteLine(string.Join(", ", parts));
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Label(ValidationAction action, Terminal terminal) => action switch
    {
        ValidationAction.Deny => terminal.Red("DENY "),
        ValidationAction.Warn => terminal.Yellow("WARN "),
        _ => terminal.Cyan("AUDIT"),
    };
}
