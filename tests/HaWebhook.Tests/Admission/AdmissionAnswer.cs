using System.Text.Json;

namespace HaWebhook.Tests.Admission;

/// <summary>An answer, read as strictly as an API server reads it.</summary>
public sealed record AdmissionAnswer(string Uid, bool IsAllowed, int Code, string Reason, string Message, byte[]? Patch, IReadOnlyList<string> Warnings, IReadOnlyDictionary<string, string> Annotations)
{
    private static readonly string[] _known = ["uid", "allowed", "status", "patchType", "patch", "warnings", "auditAnnotations"];

    public static AdmissionAnswer Parse(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        Assert.Equal("admission.k8s.io/v1", root.GetProperty("apiVersion").GetString());
        Assert.Equal("AdmissionReview", root.GetProperty("kind").GetString());
        var response = root.GetProperty("response");
        Assert.Equal(["apiVersion", "kind", "response"], root.EnumerateObject().Select(property => property.Name));
        Assert.All(response.EnumerateObject(), property => Assert.Contains(property.Name, _known));
        Assert.Equal(response.TryGetProperty("patch", out var patch), response.TryGetProperty("patchType", out var patchType));
        if (patchType.ValueKind != JsonValueKind.Undefined)
        {
            Assert.Equal("JSONPatch", patchType.GetString());
        }

        var status = response.TryGetProperty("status", out var given) ? given : default;
        return new(
            response.GetProperty("uid").GetString()!,
            response.GetProperty("allowed").GetBoolean(),
            status.ValueKind == JsonValueKind.Undefined ? 0 : status.GetProperty("code").GetInt32(),
            status.ValueKind == JsonValueKind.Undefined ? "" : status.GetProperty("reason").GetString()!,
            status.ValueKind == JsonValueKind.Undefined ? "" : status.GetProperty("message").GetString()!,
            patch.ValueKind == JsonValueKind.Undefined ? null : patch.GetBytesFromBase64(),
            response.TryGetProperty("warnings", out var warnings) ? [.. warnings.EnumerateArray().Select(warning => warning.GetString()!)] : [],
            response.TryGetProperty("auditAnnotations", out var annotations)
                ? annotations.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetString()!)
                : new Dictionary<string, string>());
    }
}
