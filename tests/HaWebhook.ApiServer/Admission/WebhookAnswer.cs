using System.Text.Json;
using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Admission;

/// <summary>A webhook's answer, checked as strictly as the API server checks it.</summary>
internal sealed record WebhookAnswer(bool Allowed, JsonObject? Status, IReadOnlyList<string> Warnings, JsonArray? Patch)
{
    /// <summary>Reads an answer.</summary>
    /// <exception cref="WebhookFailure">It is not one that the API server takes.</exception>
    public static WebhookAnswer Read(byte[] body, string uid, bool mutating)
    {
        JsonObject? review;
        try
        {
            review = JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException malformed)
        {
            throw new WebhookFailure($"failed to call webhook: couldn't decode the response: {malformed.Message}");
        }

        if (review is null || review.Text("kind") is not { } kind || review.Text("apiVersion") is not { } version)
        {
            throw new WebhookFailure("failed to call webhook: Object 'Kind' is missing in the response");
        }

        if (kind != "AdmissionReview" || version != "admission.k8s.io/v1")
        {
            throw Invalid($"expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got {version}, Kind={kind}");
        }

        var response = review.Child("response") ?? throw Invalid("webhook response was absent");
        if (response.Text("uid") != uid)
        {
            throw Invalid($"expected response.uid=\"{uid}\", got \"{response.Text("uid")}\"");
        }

        try
        {
            return new(
                response["allowed"]?.GetValue<bool>() ?? false,
                response["status"]?.AsObject(),
                response["warnings"]?.AsArray().Select(warning => warning!.GetValue<string>()).ToList() ?? [],
                Patched(response["patch"]?.GetValue<string>(), response["patchType"]?.GetValue<string>(), mutating));
        }
        catch (Exception wrongType) when (wrongType is InvalidOperationException or NullReferenceException)
        {
            throw new WebhookFailure($"failed to call webhook: couldn't decode the response: {wrongType.Message}");
        }
    }

    private static JsonArray? Patched(string? patch, string? type, bool mutating)
    {
        if (!mutating && (patch ?? type) is not null)
        {
            throw Invalid("validating webhook may not return response.patch or response.patchType");
        }

        if (patch is null != type is null)
        {
            throw Invalid(type is null
                ? "webhook returned response.patch but not response.patchType"
                : "webhook returned response.patchType but not response.patch");
        }

        if (type is not null and not "JSONPatch")
        {
            throw Invalid($"invalid response.patchType \"{type}\": must be JSONPatch");
        }

        try
        {
            return patch is null ? null : JsonNode.Parse(Convert.FromBase64String(patch))!.AsArray();
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException)
        {
            throw new WebhookFailure($"failed to call webhook: couldn't decode the patch: {malformed.Message}");
        }
    }

    private static WebhookFailure Invalid(string problem) => new($"received invalid webhook response: {problem}");
}
