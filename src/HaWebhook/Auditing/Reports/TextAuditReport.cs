using System.Globalization;
using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing.Reports;

/// <summary>Writes an audit for people: first what goes down with what, then by namespace why, and what would mend it.</summary>
/// <param name="colours">Whether it is looked at on a terminal that shows colours.</param>
/// <param name="isVerbose">Whether all is told: also rules that could not judge.</param>
internal sealed class TextAuditReport(bool colours, bool isVerbose) : IAuditReport
{
    private const int MostNames = 5;
    private const int LabelWidth = 9;

    public void Write(AuditReport report, Stream output)
    {
        using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        var page = new TextPage(new Terminal(writer, colours));
        WriteHead(report, page);
        new FailureSection(page).Write(report);
        foreach (var group in report.Objects.Where(HasSomethingToSay).GroupBy(item => item.Namespace, StringComparer.Ordinal))
        {
            WriteNamespace(group.Key, [.. group], report, page);
        }

        WritePreview(report, page);
        WriteExemptions(report.Exemptions, page);
        foreach (var error in report.Errors)
        {
            var place = error.File.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{error.File}:{error.Line}: ");
            page.Labelled(0, "ERROR", LabelWidth, page.Terminal.Red, place + error.Message);
        }

        page.Text(0, Sum(report));
    }

    private bool HasSomethingToSay(AuditedObject item) =>
        item.Findings.Count > 0
        || (isVerbose && item.Skipped.Count > 0)
        || (item.Survival is { } survival && (survival.IsDownNow || AuditWords.Failures.Any(each => !Survives(survival, each.Failure))));

    private static bool Survives(WorkloadSurvival survival, Failure failure) => survival[failure].Outcome == Policy.Survivability.Outcome.Survives;

    private static void WriteHead(AuditReport report, TextPage page)
    {
        page.Heading(string.Create(CultureInfo.InvariantCulture, $"{AuditWords.Of(report.Source)}, {report.Time.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));
        page.Break();
        foreach (var gap in report.Gaps)
        {
            page.Labelled(0, "PARTIAL", LabelWidth, page.Terminal.Red, $"{gap.What}: {gap.Reason}");
            page.Text(LabelWidth, gap.Consequence);
            page.Text(LabelWidth, gap.Fix);
        }

        if (report.IsPartial)
        {
            page.Break();
        }
    }

    private void WriteNamespace(string name, List<AuditedObject> items, AuditReport report, TextPage page)
    {
        var all = report.Objects.Count(item => item.Namespace == name);
        page.Heading($"Namespace {name}: {items.Count} of {TextPage.Count(all, "object")} with something to say");
        foreach (var item in items)
        {
            WriteObject(item, report.Nodes.Count > 0, page);
        }

        page.Break();
    }

    private void WriteObject(AuditedObject item, bool hasPods, TextPage page)
    {
        var team = item.Team.Length > 0 ? $", team {item.Team}" : "";
        var place = item.File.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $", {item.File}:{item.Line}") : "";
        page.Labelled(2, item.Kind, item.Kind.Length + 1, page.Terminal.Bold, $"{item.Name}{PodsOf(item.Survival, hasPods)}{team}{place}");
        if (item.Survival is { } survival)
        {
            WriteSurvival(survival, page);
        }

        foreach (var (finding, line) in item.Findings)
        {
            page.Labelled(4, LabelOf(finding.Action), LabelWidth, ColourOf(finding.Action, page.Terminal), $"{finding.Rule}: {finding.Field} {finding.Message}");
            page.Text(4 + LabelWidth, finding.Fix);
            if (line > 0 && line != item.Line)
            {
                page.Text(4 + LabelWidth, string.Create(CultureInfo.InvariantCulture, $"{item.File}:{line}"));
            }
        }

        foreach (var skipped in isVerbose ? item.Skipped : [])
        {
            page.Labelled(4, "SKIP", LabelWidth, page.Terminal.Dim, $"{skipped.Rule}: {skipped.Reason}");
        }
    }

    private static string PodsOf(WorkloadSurvival? survival, bool hasPods) => survival is null ? ""
        : hasPods ? string.Create(CultureInfo.InvariantCulture, $": {survival.Ready} of {survival.Desired} ready, needs {survival.Minimum}")
        : string.Create(CultureInfo.InvariantCulture, $": {TextPage.Count(survival.Desired, "replica")}, needs {survival.Minimum}");

    private static void WriteSurvival(WorkloadSurvival survival, TextPage page)
    {
        if (survival.IsDownNow)
        {
            page.Labelled(4, "DOWN NOW", LabelWidth, page.Terminal.Red, survival.NodeLoss.Reason);
            return;
        }

        var hurt = AuditWords.Failures.Where(each => !Survives(survival, each.Failure)).ToList();
        var survived = AuditWords.Failures.Where(each => Survives(survival, each.Failure)).Select(each => each.Short).ToList();
        foreach (var (index, (failure, _, name)) in hurt.Index())
        {
            var verdict = survival[failure];
            var certainty = verdict.Certainty == Certainty.Likely ? " (likely)" : "";
            page.Labelled(4, name, LabelWidth, ColourOf(verdict.Outcome, page.Terminal), $"{AuditWords.Of(verdict.Outcome)}{certainty}: {verdict.Reason}");

            // One change that mends several is told once, after the last of them.
            var isToldNext = index + 1 < hurt.Count && survival[hurt[index + 1].Failure].Mend?.Fix == verdict.Mend?.Fix;
            if (verdict.Mend is { } mend && !isToldNext)
            {
                page.Text(4 + LabelWidth, mend.Fix);
            }
        }

        if (survived.Count is > 0 and < 4)
        {
            page.Labelled(4, "survives", LabelWidth, page.Terminal.Green, string.Join(", ", survived));
        }
    }

    private static void WritePreview(AuditReport report, TextPage page)
    {
        if (report.Preview is not { } preview)
        {
            return;
        }

        var refused = preview.Objects.Where(item => item.IsRefused).ToList();
        page.Heading(
            $"If the mode were {preview.Mode}: {TextPage.Number(refused.Count)} of {TextPage.Count(report.Objects.Count, "object")} would be refused"
            + " if created anew, restored from a backup or made worse");
        page.Text(2, preview.RefusesUpdates
            ? "Updates that leave what is wrong as it is would be refused as well (existingViolations: Deny)."
            : "Nothing that runs is touched, and updates that make it no worse pass with a warning.");
        string[] heads = ["objects", "refused", "warned"];
        page.Table(["namespace", .. heads], Rows(preview.ByNamespace));
        if (preview.ByTeam.Any(total => total.Name.Length > 0))
        {
            page.Table([$"team ({report.TeamLabel})", .. heads], Rows(preview.ByTeam));
        }
        else
        {
            page.Text(2, $"No object has the label {report.TeamLabel}, nor its namespace: --team-label names the one that tells whose they are.");
        }

        foreach (var item in refused)
        {
            foreach (var finding in item.Findings.Where(finding => finding.Action == ValidationAction.Deny))
            {
                page.Labelled(2, "REFUSED", LabelWidth, page.Terminal.Red, $"{item.Object.Title}: {finding.Rule}: {finding.Field} {finding.Message}");
            }
        }

        page.Break();
    }

    private static List<(string Name, IReadOnlyList<int> Numbers)> Rows(IEnumerable<PreviewTotal> totals) =>
        [.. totals.Where(total => total.Refused + total.Warned > 0).Select(total =>
            (total.Name.Length == 0 ? "(none)" : total.Name, (IReadOnlyList<int>)[total.Objects, total.Refused, total.Warned]))];

    private static void WriteExemptions(IReadOnlyList<AuditedExemption> exemptions, TextPage page)
    {
        if (exemptions.Count == 0)
        {
            return;
        }

        page.Heading("Exemptions, those that end soonest first");
        foreach (var exemption in exemptions)
        {
            var left = exemption.DaysLeft switch { null => "no end", 0 => "today", { } days => TextPage.Count(days, "day") };
            var owner = exemption.Exemption.Source == "policy" ? "" : $", {(exemption.Owner.Length == 0 ? "owner not known" : $"team {exemption.Owner}")}";
            var objects = TextPage.Names([.. exemption.Objects.Select(item => item.Title)], MostNames);
            page.Labelled(2, left, 12, page.Terminal.Cyan, $"{objects}{owner}: {string.Join(", ", exemption.Rules)}: {exemption.Exemption}");
        }

        page.Break();
    }

    private string Sum(AuditReport report)
    {
        var summary = report.Summary;
        string[] parts =
        [
            TextPage.Count(summary.Objects, "object"),
            TextPage.Count(summary.Workloads, "workload"),
            TextPage.Count(summary.Deny, "denial"),
            TextPage.Count(summary.Warn, "warning"),
            .. summary.Audit > 0 ? [$"{TextPage.Number(summary.Audit)} audited"] : Array.Empty<string>(),
            .. summary.Exempt > 0 ? [$"{TextPage.Number(summary.Exempt)} exempt"] : Array.Empty<string>(),
            .. summary.Skipped > 0 ? [$"{TextPage.Number(summary.Skipped)} skipped{(isVerbose ? "" : " (--verbose says why)")}"] : Array.Empty<string>(),
            .. summary.Errors > 0 ? [TextPage.Count(summary.Errors, "error")] : Array.Empty<string>(),
            .. report.IsPartial ? ["partial"] : Array.Empty<string>(),
        ];
        return string.Join(", ", parts);
    }

    private static string LabelOf(ValidationAction action) => action.ToString().ToUpperInvariant();

    private static Func<string, string> ColourOf(ValidationAction action, Terminal terminal) => action switch
    {
        ValidationAction.Deny => terminal.Red,
        ValidationAction.Warn => terminal.Yellow,
        _ => terminal.Cyan,
    };

    private static Func<string, string> ColourOf(Policy.Survivability.Outcome outcome, Terminal terminal) => outcome switch
    {
        Policy.Survivability.Outcome.Down => terminal.Red,
        Policy.Survivability.Outcome.Degraded => terminal.Yellow,
        _ => terminal.Dim,
    };
}
