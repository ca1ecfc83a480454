using System.Text.Encodings.Web;
using System.Text.Json;
using HaWebhook.Admission;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing.Reports;

/// <summary>Writes an audit as one JSON object: what <c>check -o json</c> writes, and beside it what survives.</summary>
internal sealed class JsonAuditReport : IAuditReport
{
    private static readonly JsonWriterOptions _options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(AuditReport report, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, _options))
        {
            Write(report, json);
        }

        output.Write("\n"u8);
    }

    private static void Write(AuditReport report, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteSource(json, report);
        JsonList.Write(json, "gaps", report.Gaps, gap =>
        {
            json.WriteString("what", gap.What);
            json.WriteString("reason", gap.Reason);
            json.WriteString("consequence", gap.Consequence);
            json.WriteString("fix", gap.Fix);
        });
        JsonList.Write(json, "findings", report.Objects.SelectMany(item => item.Findings, (item, found) => (Item: item, found.Finding, found.Line)), found =>
        {
            json.WriteString("rule", found.Finding.Rule);
            json.WriteString("action", found.Finding.Action.ToString());
            WriteIdentity(json, found.Item);
            json.WriteString("field", found.Finding.Field);
            json.WriteString("message", found.Finding.Message);
            json.WriteString("fix", found.Finding.Fix);
            json.WriteString("file", found.Item.File);
            json.WriteNumber("line", found.Line);
        });
        WriteChanges(json, report);
        JsonList.Write(json, "errors", report.Errors, error =>
        {
            json.WriteString("file", error.File);
            json.WriteNumber("line", error.Line);
            json.WriteString("message", error.Message);
        });
        WriteSkipped(json, report);
        new JsonSurvival(json).Write(report);
        WriteExemptions(json, report);
        WritePreview(json, report);
        WriteSummary(json, report.Summary);
        json.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter json, AuditReport report)
    {
        json.WriteStartObject("source");
        json.WriteBoolean("living", report.Source.IsLiving);
        json.WriteString("name", report.Source.Name);
        json.WriteString("origin", report.Source.Origin);
        json.WriteString("version", report.Source.Version);
        JsonList.Write(json, "namespaces", report.Source.Namespaces);
        json.WriteEndObject();
        json.WriteString("time", report.Time.UtcDateTime);
        json.WriteString("policy", report.PolicyHash);
        json.WriteString("mode", report.Mode.ToString());
        json.WriteString("teamLabel", report.TeamLabel);
        json.WriteBoolean("partial", report.IsPartial);
    }

    private static void WriteChanges(Utf8JsonWriter json, AuditReport report)
    {
        var changes = from item in report.Objects
                      from change in item.Changes.GroupBy(change => change.Rule, change => change.Change)
                      select (Item: item, Rule: change.Key, Patch: JsonPatch.Write(change));
        JsonList.Write(json, "changes", changes, change =>
        {
            json.WriteString("rule", change.Rule);
            WriteIdentity(json, change.Item);
            json.WritePropertyName("patch");
            using (var patch = JsonDocument.Parse(change.Patch))
            {
                patch.WriteTo(json);
            }

            json.WriteString("file", change.Item.File);
        });
    }

    private static void WriteSkipped(Utf8JsonWriter json, AuditReport report)
    {
        var ofObjects = report.Objects.SelectMany(item =>
            item.Exempt.Select(exempt => (exempt.Rule, Reason: $"exempt: {exempt.Exemption}"))
                .Concat(item.Skipped.Select(skipped => (skipped.Rule, skipped.Reason)))
                .Select(skipped => (skipped.Rule, item.Kind, item.Namespace, item.Name, skipped.Reason, item.File, item.Line)));
        var documents = report.SkippedDocuments.Select(document => (Rule: "", document.Kind, Namespace: "", document.Name, document.Reason, document.File, document.Line));
        JsonList.Write(json, "skipped", ofObjects.Concat(documents), skipped =>
        {
            json.WriteString("rule", skipped.Rule);
            json.WriteString("kind", skipped.Kind);
            json.WriteString("namespace", skipped.Namespace);
            json.WriteString("name", skipped.Name);
            json.WriteString("reason", skipped.Reason);
            json.WriteString("file", skipped.File);
            json.WriteNumber("line", skipped.Line);
        });
    }

    private static void WriteExemptions(Utf8JsonWriter json, AuditReport report) => JsonList.Write(json, "exemptions", report.Exemptions, exemption =>
    {
        json.WriteString("source", exemption.Exemption.Source);
        json.WriteString("owner", exemption.Owner);
        json.WriteString("reason", exemption.Exemption.Reason);
        json.WriteString("until", exemption.Exemption.Until?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        JsonList.WriteNumberOrNull(json, "daysLeft", exemption.DaysLeft);
        JsonList.Write(json, "rules", exemption.Rules);
        JsonList.Write(json, "objects", exemption.Objects, item => WriteIdentity(json, item));
    });

    private static void WritePreview(Utf8JsonWriter json, AuditReport report)
    {
        if (report.Preview is not { } preview)
        {
            json.WriteNull("preview");
            return;
        }

        json.WriteStartObject("preview");
        json.WriteString("mode", preview.Mode.ToString());
        json.WriteBoolean("refusesUpdates", preview.RefusesUpdates);
        JsonList.Write(json, "objects", preview.Objects, item =>
        {
            WriteIdentity(json, item.Object);
            json.WriteString("team", item.Object.Team);
            json.WriteBoolean("refused", item.IsRefused);
            JsonList.Write(json, "findings", item.Findings, finding =>
            {
                json.WriteString("rule", finding.Rule);
                json.WriteString("action", finding.Action.ToString());
                json.WriteString("field", finding.Field);
                json.WriteString("message", finding.Message);
                json.WriteString("fix", finding.Fix);
            });
        });
        WriteTotals("byNamespace", preview.ByNamespace);
        WriteTotals("byTeam", preview.ByTeam);
        json.WriteEndObject();

        void WriteTotals(string name, IReadOnlyList<PreviewTotal> totals) => JsonList.Write(json, name, totals, total =>
        {
            json.WriteString("name", total.Name);
            json.WriteNumber("objects", total.Objects);
            json.WriteNumber("refused", total.Refused);
            json.WriteNumber("warned", total.Warned);
        });
    }

    private static void WriteIdentity(Utf8JsonWriter json, AuditedObject item)
    {
        json.WriteString("apiVersion", item.ApiVersion);
        json.WriteString("kind", item.Kind);
        json.WriteString("namespace", item.Namespace);
        json.WriteString("name", item.Name);
    }

    private static void WriteSummary(Utf8JsonWriter json, AuditSummary summary)
    {
        json.WriteStartObject("summary");
        json.WriteNumber("objects", summary.Objects);
        json.WriteNumber("deny", summary.Deny);
        json.WriteNumber("warn", summary.Warn);
        json.WriteNumber("audit", summary.Audit);
        json.WriteNumber("exempt", summary.Exempt);
        json.WriteNumber("skipped", summary.Skipped);
        json.WriteNumber("errors", summary.Errors);
        json.WriteNumber("workloads", summary.Workloads);
        json.WriteNumber("downNow", summary.DownNow);
        json.WriteNumber("blockedDrains", summary.BlockedDrains);
        json.WriteStartObject("survival");
        foreach (var failure in Enum.GetValues<Failure>())
        {
            var counts = summary.Outcomes[failure];
            json.WriteStartObject(JsonSurvival.NameOf(failure));
            json.WriteNumber("survives", counts.Survives);
            json.WriteNumber("degraded", counts.Degraded);
            json.WriteNumber("unknown", counts.Unknown);
            json.WriteNumber("down", counts.Down);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
