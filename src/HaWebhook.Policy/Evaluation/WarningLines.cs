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

    private const int ShortestField = 24;

    /// <summary>Half of the line: the other half says which rule, which field and what is there.</summary>
    private const int LongestRequirement = Longest / 2;

    private const string OptOut = "; opt out: annotation ha-webhook.io/exempt";

    public static IReadOnlyList<string> Of(Verdict verdict)
    {
        if (verdict.Findings.Count == 0 && verdict.Changes.Count == 0 && verdict.Errors.Count == 0)
        {
            return [];
        }

        List<string> lines = [];
        for (var i = 0; i < verdict.Findings.Count; i++)
        {
            if (verdict.Findings[i].Action == ValidationAction.Warn)
            {
                lines.Add(LineOf(verdict.Findings[i]));
            }
        }

        if (verdict.Patches)
        {
            AddInjections(lines, verdict.Changes);
        }

        if (verdict.Mode != Mode.Audit)
        {
            foreach (var error in verdict.Errors)
            {
                lines.Add($"{error.Rule}: the rule failed and did not judge this object; tell your platform team");
            }
        }

        if (lines.Count <= Answer.MostFindings)
        {
            return lines;
        }

        var rest = lines.Count - Answer.MostFindings;
        lines.RemoveRange(Answer.MostFindings, rest);
        lines.Add(rest == 1 ? "and 1 more warning of ha-webhook" : $"and {rest} more warnings of ha-webhook");
        return lines;
    }

    private static string LineOf(Finding finding)
    {
        var end = finding.IsExisting ? " (as before)" : "";
        var room = Longest - finding.Rule.Length - ":  ".Length - finding.Message.Length - end.Length;
        var line = $"{finding.Rule}: {Tail(finding.Field, Math.Max(room, ShortestField))} {finding.Message}";
        if (line.Length <= Longest - end.Length)
        {
            return line + end;
        }

        // What is required says more than the whole of what is there.
        var requirement = RequirementOf(finding.Message);
        return Ending(line[..^requirement.Length], requirement + end);
    }

    /// <summary>The end of a message that says what is required; empty where it has none that is short enough to be kept.</summary>
    private static string RequirementOf(string message)
    {
        var start = message.LastIndexOf("; must ", StringComparison.Ordinal);
        return start > 0 && message.Length - start <= LongestRequirement ? message[start..] : "";
    }

    /// <summary>The end of a field that is too long for the line: the message says what to do, and the field's end where.</summary>
    private static string Tail(string field, int longest)
    {
        if (field.Length <= longest)
        {
            return field;
        }

        // Half a surrogate pair is no character.
        var start = field.Length - longest + "...".Length;
        return string.Concat("...", field.AsSpan(char.IsLowSurrogate(field[start]) ? start + 1 : start));
    }

    /// <summary>A line whose end is never cut.</summary>
    private static string Ending(string text, string end) => SingleLine.Of(text, Longest - end.Length) + end;

    /// <summary>
    /// One line for each rule and set of fields: which containers got them, and the way out. Changes of one rule to one
    /// container follow one another.
    /// </summary>
    private static void AddInjections(List<string> lines, IReadOnlyList<RuleChange> changes)
    {
        var containersByInjection = new OrderedDictionary<(string Rule, string Fields), string>();
        for (var i = 0; i < changes.Count;)
        {
            var (rule, container) = (changes[i].Rule, changes[i].Change.Container);
            var fields = changes[i].Change.FieldName;
            for (i++; i < changes.Count && changes[i].Rule == rule && changes[i].Change.Container == container; i++)
            {
                fields += ", " + changes[i].Change.FieldName;
            }

            // Beyond the length of a line nobody reads on, and a pod of a thousand containers must not cost its square.
            var known = containersByInjection.GetValueOrDefault((rule, fields), "");
            containersByInjection[(rule, fields)] = known.Length == 0 ? container : known.Length > Longest ? known : $"{known}, {container}";
        }

        foreach (var ((rule, fields), containers) in containersByInjection)
        {
            var told = $"{rule}: added {fields}{(containers.Length == 0 ? "" : $" to {containers}")}";
            lines.Add(Ending(told, OptOut));
        }
    }
}
