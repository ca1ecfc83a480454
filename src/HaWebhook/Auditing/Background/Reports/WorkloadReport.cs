using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWebhook.Auditing.Background.Reports;

/// <summary>
/// What the cluster is told of one object: a Report of openreports.io/v1alpha1, or a PolicyReport of wgpolicyk8s.io/v1alpha2, which differ in
/// nothing but <see cref="Source"/>. It has only the fields that are written here; null where it has none.
/// </summary>
/// <param name="ApiVersion">Its group and version; absent in lists.</param>
/// <param name="Kind">Its kind; absent in lists.</param>
/// <param name="Metadata">Its name, and whose it is.</param>
/// <param name="Source">Who reports; a PolicyReport has that in each result alone.</param>
/// <param name="Scope">The object that it is about.</param>
/// <param name="Summary">Its results in numbers.</param>
/// <param name="Results">Its results, in the order of the audit.</param>
internal sealed record WorkloadReport(
    string? ApiVersion,
    string? Kind,
    ReportMetadata? Metadata,
    string? Source,
    ReportedObject? Scope,
    ReportSummary? Summary,
    IReadOnlyList<ReportResult>? Results)
{
    /// <summary>As it is sent.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.WorkloadReport);

    /// <summary>Tells what it says from anything else: the same for what is to be written, and for what is read back.</summary>
    public string Fingerprint()
    {
        var said = this with { ApiVersion = null, Kind = null, Metadata = new(Metadata?.Name, Metadata?.Namespace, null, null, Metadata?.OwnerReferences) };
        return Convert.ToHexString(SHA256.HashData(said.ToJson()));
    }

    /// <summary>Reads one of a list; null for what makes no sense.</summary>
    public static WorkloadReport? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json.Span, ReportJson.Default.WorkloadReport);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>The metadata of a report.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">The namespace of the object.</param>
/// <param name="Uid">Its uid; absent before it is written.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="OwnerReferences">The object, with which Kubernetes removes the report.</param>
internal sealed record ReportMetadata(
    string? Name, string? Namespace, string? Uid, IReadOnlyDictionary<string, string>? Labels, IReadOnlyList<ReportedObject>? OwnerReferences);

/// <summary>An object by its names; an owner reference has no namespace.</summary>
internal sealed record ReportedObject(string? ApiVersion, string? Kind, string? Namespace, string? Name, string? Uid);

/// <summary>Results in numbers. All five are written, so that columns are never empty.</summary>
internal sealed record ReportSummary(int Pass, int Fail, int Warn, int Error, int Skip);

/// <summary>A result. It has no time: a report that says the same is the same.</summary>
/// <param name="Source">Who found it.</param>
/// <param name="Policy">The rule's id, or <c>survivability</c>.</param>
/// <param name="Rule">The failure that takes the workload down; null for rules.</param>
/// <param name="Severity"><c>high</c>, <c>medium</c> or <c>low</c>; null for what is skipped.</param>
/// <param name="Result"><c>fail</c>, <c>warn</c> or <c>skip</c>.</param>
/// <param name="Message">What is wrong and what to do, on one line.</param>
/// <param name="Properties">More about it; null for nothing. In the order of the names, as the API server keeps them.</param>
internal sealed record ReportResult(
    string? Source, string? Policy, string? Rule, string? Severity, string? Result, string? Message, SortedDictionary<string, string>? Properties);

/// <summary>Its serializer.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNameCaseInsensitive = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkloadReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
