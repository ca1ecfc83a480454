using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;
using HaWebhook.ApiServer.Requests;

namespace HaWebhook.ApiServer.Objects;

/// <summary>The few checks without which tests would store what no cluster can hold. Everything else is believed.</summary>
internal static class Validation
{
    private static readonly string[][] _counts =
        [["spec", "replicas"], ["spec", "minReplicas"], ["spec", "maxReplicas"], ["spec", "leaseDurationSeconds"], ["spec", "parallelism"]];

    /// <summary>A field that could not be decoded into the kind's type: not a matter of its value.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static string? DecodingProblem(ApiKind kind, JsonObject value)
    {
        foreach (var path in _counts)
        {
            if (!kind.Custom && value.At(path) is { } count && Json.Whole(count) is null)
            {
                var given = count.GetValueKind().ToString().ToLowerInvariant();
                return $"json: cannot unmarshal {given} into Go struct field {kind.Kind}Spec.{string.Join('.', path)} of type int32";
            }
        }

        return null;
    }

    /// <exception cref="ApiException">422: a value that may not be stored.</exception>
    public static void Check(ApiKind kind, JsonObject value)
    {
        var name = value.Metadata().Text("name")
            ?? throw ApiException.Invalid(kind, "", "metadata.name", "Required value: name or generateName is required");
        if (DecodingProblem(kind, value) is { } problem)
        {
            throw ApiException.BadRequest($"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: {problem}");
        }

        foreach (var path in _counts)
        {
            if (!kind.Custom && Json.Whole(value.At(path)) is < 0 and var count)
            {
                throw ApiException.Invalid(kind, name, string.Join('.', path), $"Invalid value: {count}: must be greater than or equal to 0");
            }
        }

        var spec = value.Child("spec");
        if (kind.HasScale && !kind.Custom && kind.Group == "apps")
        {
            var labels = (spec.At("template", "metadata") as JsonObject).Labels();
            if (spec.Child("selector") is not { Count: > 0 } selector)
            {
                throw ApiException.Invalid(kind, name, "spec.selector", "Required value");
            }

            if (!Selectors.Matches(selector, labels))
            {
                var shown = spec.At("template", "metadata", "labels")?.ToJsonString(Json.Options) ?? "{}";
                throw ApiException.Invalid(kind, name, "spec.template.metadata.labels",
                    $"Invalid value: {shown}: `selector` does not match template `labels`");
            }
        }

        if (kind.Kind == "HorizontalPodAutoscaler" && spec.Number("maxReplicas") < spec.Number("minReplicas"))
        {
            throw ApiException.Invalid(kind, name, "spec.maxReplicas",
                $"Invalid value: {spec.Number("maxReplicas")}: must be greater than or equal to `minReplicas`");
        }

        var index = 0;
        foreach (var webhook in value.Items("webhooks"))
        {
            Webhook(kind, name, $"webhooks[{index++}]", webhook);
        }
    }

    private static void Webhook(ApiKind kind, string name, string field, JsonObject webhook)
    {
        if (webhook.Items("matchConditions").Any())
        {
            throw ApiException.Invalid(kind, name, $"{field}.matchConditions", "Forbidden: this test server does not evaluate CEL");
        }

        if (webhook.Number("timeoutSeconds") is < 1 or > 30)
        {
            throw ApiException.Invalid(kind, name, $"{field}.timeoutSeconds",
                $"Invalid value: {webhook.Number("timeoutSeconds")}: the timeout value must be between 1 and 30 seconds");
        }

        if (webhook.Text("sideEffects") is not ("None" or "NoneOnDryRun"))
        {
            throw ApiException.Invalid(kind, name, $"{field}.sideEffects", "Required value: must specify one of None, NoneOnDryRun");
        }

        if (!webhook.Texts("admissionReviewVersions").Contains("v1"))
        {
            throw ApiException.Invalid(kind, name, $"{field}.admissionReviewVersions", "Invalid value: must include at least one of v1");
        }
    }
}
