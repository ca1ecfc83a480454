using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Checking.Reports;

/// <summary>
/// Writes results as SARIF 2.1.0, for GitHub code scanning and whatever else reads it. Exempt and known findings are left out: SARIF
/// could call them suppressed, but GitHub does not read that and would open an alert for each.
/// </summary>
/// <param name="context">What paths are relative to, and who is told of what is left out.</param>
/// <param name="limits">What the service takes.</param>
/// <param name="tool">Who found it.</param>
internal sealed class SarifFile(ReportContext context, SarifLimits limits, SarifTool tool)
{
    private const string SourceRootId = "%SRCROOT%";

    private static readonly JsonWriterOptions _options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the whole file.</summary>
    /// <param name="all">The results.</param>
    /// <param name="errors">What could not be read; without a file where it is about none.</param>
    /// <param name="output">Where it goes.</param>
    public void Write(List<SarifResult> all, IReadOnlyList<CheckError> errors, Stream output)
    {
        var kept = MostSevere(all, limits.Results);
        var file = Write(errors, all.Count, kept);
        for (var share = limits.Fitting(file); share < 1 && kept.Count > 0; share = limits.Fitting(file))
        {
            // A little less than what would fit, so that this ends soon.
            kept = MostSevere(all, (int)(kept.Count * share * 0.95));
            file.Dispose();
            file = Write(errors, all.Count, kept);
        }

        using (file)
        {
            file.WriteTo(output);
        }

        if (LeftOut(all.Count, kept.Count) is { } sentence)
        {
            context.Tell($"sarif: {sentence}");
        }
        else if (kept.Count > limits.Shown)
        {
            var shown = string.Create(CultureInfo.InvariantCulture, $"GitHub shows the {limits.Shown:N0} most severe of {kept.Count:N0} findings");
            context.Tell($"sarif: {shown}");
        }
    }

    /// <summary>So many results, the most severe first, but in their old order.</summary>
    private static List<SarifResult> MostSevere(List<SarifResult> results, int count) => results.Count <= count
        ? results
        :
        [
            .. results.Index()
                .OrderByDescending(entry => entry.Item.Finding.Action)
                .Take(count)
                .OrderBy(entry => entry.Index)
                .Select(entry => entry.Item),
        ];

    private static string? LeftOut(int found, int kept) => kept == found
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{found - kept:N0} of {found:N0} findings, the least severe, are left out: GitHub takes no more");

    private MemoryStream Write(IReadOnlyList<CheckError> errors, int found, List<SarifResult> results)
    {
        var file = new MemoryStream();
        using (var json = new Utf8JsonWriter(file, _options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            tool.Write(json);
            WriteInvocation(json, errors, LeftOut(found, results.Count));
            WriteSourceRoot(json);
            json.WriteString("columnKind", "utf16CodeUnits");
            WriteResults(json, results);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        file.Write("\n"u8);
        return file;
    }

    private void WriteInvocation(Utf8JsonWriter json, IReadOnlyList<CheckError> errors, string? leftOut)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", errors.Count == 0);
        json.WriteStartArray("toolExecutionNotifications");
        foreach (var error in errors)
        {
            json.WriteStartObject();
            json.WriteString("level", "error");
            WriteMessage(json, SingleLine.Of(error.Message));
            if (error.File.Length > 0)
            {
                json.WriteStartArray("locations");
                json.WriteStartObject();
                WritePlace(json, error.File, error.Line);
                json.WriteEndObject();
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        if (leftOut is not null)
        {
            json.WriteStartObject();
            json.WriteString("level", "warning");
            WriteMessage(json, leftOut);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteSourceRoot(Utf8JsonWriter json)
    {
        json.WriteStartObject("originalUriBaseIds");
        json.WriteStartObject(SourceRootId);
        json.WriteStartObject("description");
        json.WriteString("text", "The root of the repository.");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteResults(Utf8JsonWriter json, List<SarifResult> results)
    {
        var seen = new Dictionary<(string File, string Fingerprint), int>();
        json.WriteStartArray("results");
        foreach (var (subject, finding, line) in results)
        {
            var fingerprint = Fingerprint(new(subject.Key, finding.Rule, finding.Field));
            var occurrence = seen[(subject.File, fingerprint)] = seen.GetValueOrDefault((subject.File, fingerprint)) + 1;
            json.WriteStartObject();
            json.WriteString("ruleId", finding.Rule);
            if (tool.IndexOf(finding.Rule) is { } index)
            {
                json.WriteNumber("ruleIndex", index);
            }

            json.WriteString("level", LevelOf(finding.Action));
            WriteMessage(json, $"{subject.Key}: {finding.Field} {finding.Message}. {finding.Fix}");
            WriteLocations(json, subject, line);
            json.WriteStartObject("partialFingerprints");

            // The one name that GitHub reads. Where it is missing the upload hashes the line, which says less of what was found.
            json.WriteString("primaryLocationLineHash", string.Create(CultureInfo.InvariantCulture, $"{fingerprint}:{occurrence}"));
            json.WriteEndObject();
            json.WriteStartObject("properties");
            json.WriteString("field", finding.Field);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteLocations(Utf8JsonWriter json, SarifSubject subject, int line)
    {
        json.WriteStartArray("locations");
        json.WriteStartObject();
        if (subject.File.Length > 0)
        {
            WritePlace(json, subject.File, line);
        }

        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.WriteString("name", subject.Key.Name);
        json.WriteString("fullyQualifiedName", $"{subject.ApiVersion}/{subject.Key.Kind}/{subject.Key.Namespace}/{subject.Key.Name}");
        json.WriteString("kind", "resource");
        json.WriteStartObject("properties");
        json.WriteString("apiVersion", subject.ApiVersion);
        json.WriteString("kind", subject.Key.Kind);
        json.WriteString("namespace", subject.Key.Namespace);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WritePlace(Utf8JsonWriter json, string file, int line)
    {
        var (uri, isRelative) = context.Root.UriOf(file);
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", uri);
        if (isRelative)
        {
            json.WriteString("uriBaseId", SourceRootId);
        }

        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", Math.Max(1, line));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject("message");

        // [text](target) would be a link in SARIF; no name in a manifest shall make one.
        json.WriteString("text", text.Replace("](", "] (", StringComparison.Ordinal));
        json.WriteEndObject();
    }

    private static string LevelOf(ValidationAction action) => action switch
    {
        ValidationAction.Deny => "error",
        ValidationAction.Warn => "warning",
        _ => "note",
    };

    /// <summary>64 bits of a SHA-256 are enough to tell 25,000 findings apart.</summary>
    private static string Fingerprint(FindingKey key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', key.Parts))).AsSpan(0, 8));
}

/// <summary>A finding, with its object and its line; the line is 0 where the object has no file.</summary>
internal sealed record SarifResult(SarifSubject Subject, Finding Finding, int Line);

/// <summary>What a result is about.</summary>
/// <param name="Key">The object.</param>
/// <param name="ApiVersion">Its group and version.</param>
/// <param name="File">Its manifest's file; empty for what stands in a cluster.</param>
internal sealed record SarifSubject(ObjectKey Key, string ApiVersion, string File);
