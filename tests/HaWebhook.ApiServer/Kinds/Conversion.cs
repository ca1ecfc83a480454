using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Kinds;

/// <summary>A second version of a kind, beside the one that is stored.</summary>
/// <param name="Stored">The version that is stored.</param>
/// <param name="ToStored">Makes a stored object out of one of this version; it may change what it is given.</param>
/// <param name="FromStored">Makes one of this version out of a stored object; it may change what it is given.</param>
internal sealed record Conversion(ApiKind Stored, Func<JsonObject, JsonObject> ToStored, Func<JsonObject, JsonObject> FromStored)
{
    /// <summary>
    /// <c>autoscaling/v1</c>, which <c>kubectl autoscale</c> writes up to 1.33: one CPU percentage instead of a list of metrics.
    /// Other metrics do not show in it.
    /// </summary>
    public static ApiKind OlderAutoscaler(ApiKind stored) => stored with
    {
        Version = "v1",
        Empty = """{"spec":{"scaleTargetRef":{"kind":"","name":""},"maxReplicas":0},"status":{"currentReplicas":0,"desiredReplicas":0}}""",
        Conversion = new(stored, ToMetrics, FromMetrics),
    };

    private static JsonObject ToMetrics(JsonObject value)
    {
        value["apiVersion"] = "autoscaling/v2";
        var spec = value.ChildOrNew("spec");
        // Without a percentage it is the default of the stored version.
        var percentage = spec.Number("targetCPUUtilizationPercentage") ?? 80;
        spec["metrics"] = new JsonArray(JsonNode.Parse(
            $$$"""{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":{{{percentage}}}}} }"""));
        spec.Remove("targetCPUUtilizationPercentage");
        value["status"] = new JsonObject { ["desiredReplicas"] = value.Child("status").Number("desiredReplicas") ?? 0, ["currentMetrics"] = null };
        return value;
    }

    private static JsonObject FromMetrics(JsonObject value)
    {
        value["apiVersion"] = "autoscaling/v1";
        var spec = value.ChildOrNew("spec");
        var cpu = spec.Items("metrics").Select(metric => metric.Child("resource")).FirstOrDefault(resource => resource.Text("name") == "cpu");
        if (cpu.Child("target").Number("averageUtilization") is { } percentage)
        {
            spec["targetCPUUtilizationPercentage"] = percentage;
        }

        spec.Remove("metrics");
        value["status"] = new JsonObject { ["currentReplicas"] = 0, ["desiredReplicas"] = value.Child("status").Number("desiredReplicas") ?? 0 };
        return value;
    }
}
