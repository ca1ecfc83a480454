using System.Text.Encodings.Web;
using System.Text.Json;
using HaWebhook.Admission;

namespace HaWebhook.Checking.Reports;

/// <summary>Writes a check as one JSON object: the contract for pipelines.</summary>
internal sealed class JsonReport : IReport
{
    private static readonly JsonWriterOptions _options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(CheckResult result, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, _options))
        {
            Write(result, json);
        }

        output.Write("\n"u8);
    }

    private static void Write(CheckResult result, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("findings");
        foreach (var item in result.Objects)
        {
            foreach (var (finding, line) in item.Findings)
            {
                json.WriteStartObject();
                json.WriteString("rule", finding.Rule);
                json.WriteString("action", finding.Action.ToString());
                WriteIdentity(json, item);
                json.WriteString("field", finding.Field);
                json.WriteString("message", finding.Message);
                json.WriteString("fix", finding.Fix);
                json.WriteString("file", item.Manifest.File);
                json.WriteNumber("line", line);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        WriteChanges(json, result);
        json.WriteStartArray("errors");
        foreach (var error in result.Errors)
        {
            json.WriteStartObject();
            json.WriteString("file", error.File);
            json.WriteNumber("line", error.Line);
            json.WriteString("message", error.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("skipped");
        foreach (var item in result.Objects)
        {
            foreach (var exempt in item.Exempt)
            {
                WriteSkipped(json, item, exempt.Rule, $"exempt: {exempt.Exemption}");
            }

            foreach (var skipped in item.Skipped)
            {
                WriteSkipped(json, item, skipped.Rule, skipped.Reason);
            }
        }

        foreach (var document in result.Skipped)
        {
            WriteSkipped(json, "", document.Kind, "", document.Name, document.Reason, document.File, document.Line);
        }

        json.WriteEndArray();
        WriteSummary(json, CheckSummary.Of(result));
        json.WriteEndObject();
    }

    private static void WriteSkipped(Utf8JsonWriter json, CheckedObject item, string rule, string reason) =>
        WriteSkipped(json, rule, item.Manifest.Kind, item.Namespace, item.Manifest.Name, reason, item.Manifest.File, item.Manifest.Line);

    private static void WriteSkipped(Utf8JsonWriter json, string rule, string kind, string @namespace, string name, string reason, string file, int line)
    {
        json.WriteStartObject();
        json.WriteString("rule", rule);
        json.WriteString("kind", kind);
        json.WriteString("namespace", @namespace);
        json.WriteString("name", name);
        json.WriteString("reason", reason);
        json.WriteString("file", file);
        json.WriteNumber("line", line);
        json.WriteEndObject();
    }

    private static void WriteChanges(Utf8JsonWriter json, CheckResult result)
    {
        json.WriteStartArray("changes");
        foreach (var item in result.Objects.Where(item => item.Patches))
        {
            foreach (var changes in item.Changes.GroupBy(change => change.Rule, change => change.Change))
            {
                json.WriteStartObject();
                json.WriteString("rule", changes.Key);
                WriteIdentity(json, item);
                json.WritePropertyName("patch");
                using (var patch = JsonDocument.Parse(JsonPatch.Write(changes)))
                {
                    patch.WriteTo(json);
                }

                json.WriteString("file", item.Manifest.File);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteIdentity(Utf8JsonWriter json, CheckedObject item)
    {
        json.WriteString("apiVersion", item.Manifest.ApiVersion);
        json.WriteString("kind", item.Manifest.Kind);
        json.WriteString("namespace", item.Namespace);
        json.WriteString("name", item.Manifest.Name);
    }

    private static void WriteSummary(Utf8JsonWriter json, CheckSummary summary)
    {
        json.WriteStartObject("summary");
        json.WriteNumber("objects", summary.Objects);
        json.WriteNumber("deny", summary.Deny);
        json.WriteNumber("warn", summary.Warn);
        json.WriteNumber("audit", summary.Audit);
        json.WriteNumber("exempt", summary.Exempt);
        json.WriteNumber("skipped", summary.Skipped);
        json.WriteNumber("errors", summary.Errors);
        json.WriteNumber("known", summary.Known);
        json.WriteEndObject();
    }
}
