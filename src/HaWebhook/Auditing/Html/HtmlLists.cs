using System.Globalization;
using System.Text.Json;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Rules;
using HaWebhook.Policy.Rules.Cluster;

namespace HaWebhook.Auditing.Html;

/// <summary>The lists beside the grid: rules, what enforcement would refuse, and exemptions.</summary>
/// <param name="report">The audit.</param>
/// <param name="rows">The objects that the page holds.</param>
internal sealed class HtmlLists(AuditReport report, HtmlRows rows)
{
    private const int MostPreviewed = 5_000;
    private const int MostExemptions = 5_000;
    private const int MostExempt = 100;

    public void Write(Utf8JsonWriter json)
    {
        WriteRules(json);
        WritePreview(json);
        WriteExemptions(json);
    }

    public static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>What each rule found, what it is for, and what it wants to see.</summary>
    private void WriteRules(Utf8JsonWriter json)
    {
        var findings = report.Objects.SelectMany(item => item.Findings).ToLookup(found => found.Finding.Rule, found => found.Finding.Action, StringComparer.Ordinal);
        var exempt = report.Objects.SelectMany(item => item.Exempt).CountBy(item => item.Rule, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var known = BuiltInRules.Validating
            .Select(rule => (rule.Id, rule.Why, rule.Example))
            .Concat(ClusterRules.All.Select(rule => (rule.Id, rule.Why, rule.Example)))
            .Append((Id: Verdict.Exemptions, Why: "An exemption that is expired, gives no reason, names no known rule, lies too far ahead or is not allowed does not exempt.", Example: ""))
            .ToDictionary(rule => rule.Id, StringComparer.Ordinal);
        json.WriteStartArray("rules");
        foreach (var id in findings.Select(group => group.Key).Union(exempt.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (_, why, example) = known.GetValueOrDefault(id, ("", "", ""));
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteNumber("deny", findings[id].Count(action => action == ValidationAction.Deny));
            json.WriteNumber("warn", findings[id].Count(action => action == ValidationAction.Warn));
            json.WriteNumber("audit", findings[id].Count(action => action == ValidationAction.Audit));
            json.WriteNumber("exempt", exempt.GetValueOrDefault(id));
            json.WriteString("prevents", why);
            json.WriteString("example", example.TrimEnd('\n'));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WritePreview(Utf8JsonWriter json)
    {
        if (report.Preview is not { } preview)
        {
            json.WriteNull("preview");
            return;
        }

        json.WriteStartObject("preview");
        json.WriteString("mode", preview.Mode.ToString());
        json.WriteBoolean("refusesUpdates", preview.RefusesUpdates);
        json.WriteNumber("refused", preview.Objects.Count(item => item.IsRefused));
        WriteTotals(json, "namespaces", preview.ByNamespace);
        WriteTotals(json, "teams", preview.ByTeam);
        json.WriteStartArray("objects");
        foreach (var item in preview.Objects.Where(item => item.IsRefused).Take(MostPreviewed))
        {
            json.WriteStartObject();
            json.WriteString("title", item.Object.Title);
            json.WriteNumber("row", rows.PlaceOf(item.Object));
            WriteStrings(
                json,
                "rules",
                item.Findings.Where(finding => finding.Action == ValidationAction.Deny).Select(finding => finding.Rule).Distinct(StringComparer.Ordinal));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTotals(Utf8JsonWriter json, string name, IReadOnlyList<PreviewTotal> totals)
    {
        json.WriteStartArray(name);
        foreach (var total in totals.Take(MostPreviewed))
        {
            json.WriteStartObject();
            json.WriteString("name", total.Name);
            json.WriteNumber("objects", total.Objects);
            json.WriteNumber("refused", total.Refused);
            json.WriteNumber("warned", total.Warned);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteExemptions(Utf8JsonWriter json)
    {
        json.WriteStartArray("exemptions");
        foreach (var item in report.Exemptions.Take(MostExemptions))
        {
            json.WriteStartObject();
            WriteNumberOrNull(json, "daysLeft", item.DaysLeft);
            json.WriteString("until", item.Exemption.Until?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("owner", item.Owner);
            json.WriteString("reason", item.Exemption.Reason);
            json.WriteString("source", item.Exemption.Source);
            WriteStrings(json, "rules", item.Rules);
            json.WriteStartArray("objects");
            foreach (var exempt in item.Objects.Take(MostExempt))
            {
                json.WriteStartArray();
                json.WriteStringValue(exempt.Title);
                json.WriteNumberValue(rows.PlaceOf(exempt));
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteNumber("left", Math.Max(0, item.Objects.Count - MostExempt));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
