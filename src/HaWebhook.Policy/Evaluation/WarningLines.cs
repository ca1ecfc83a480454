using HaWebhook.Policy.Configuration;

namespace HaWebhook.Policy.Evaluation;

/// <summary>Writes warnings: single lines, the actionable part first, each short enough that the API server never cuts it.</summary>
internal static class WarningLines
{
    /// <summary>
    /// The API server cuts warnings to 256 characters each once all of them together pass 4,096, and then drops some:
    /// 21 lines of at most 120 stay below.
    /// </summary>
    private const int Longest = 120;

    private const string OptOut = "; opt out: annotation ha-webhook.io/exempt";

    public static IReadOnlyList<string> Of(Verdict verdict)
    {
        if (verdict.Findings.Count == 0 && verdict.Changes.Count == 0 && verdict.Errors.Count == 0)
        {
            return [];
        }

        List<string> lines =
        [
            .. verdict.Findings.Where(finding => finding.Action == ValidationAction.Warn).Select(LineOf),
            .. verdict.Patches ? Injections(verdict) : [],
            .. verdict.Mode == Mode.Audit ? [] : verdict.Errors.Select(error => $"{error.Rule}: the rule failed and did not judge this object; tell your platform team"),
        ];
        if (lines.Count <= Answer.MostFindings)
        {
            return lines;
        }

        var rest = lines.Count - Answer.MostFindings;
        lines.RemoveRange(Answer.MostFindings, rest);
        lines.Add($"and {rest} more warnings of ha-webhook");
        return lines;
    }

    private static string LineOf(Finding finding) =>
        SingleLine.Of($"{finding.Rule}: {finding.Field} {finding.Message}{(finding.IsExisting ? " (as before)" : "")}", Longest);

    /// <summary>One line for each rule and each set of fields: which containers got them, and the way out.</summary>
    private static IEnumerable<string> Injections(Verdict verdict) =>
        from change in verdict.Changes
        group change by (change.Rule, change.Change.Container) into added
        let fields = string.Join(", ", added.Select(change => change.Change.FieldName))
        group added.Key.Container by (added.Key.Rule, Fields: fields) into lines
        let containers = string.Join(", ", lines)
        let told = $"{lines.Key.Rule}: added {lines.Key.Fields}{(containers.Length == 0 ? "" : $" to {containers}")}"
        select SingleLine.Of(told, Longest - OptOut.Length) + OptOut;
}
