using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Policy.Tests;

/// <summary>An AdmissionReview: alice creates a Deployment, unless told otherwise.</summary>
internal sealed record ReviewJson
{
    private static readonly PolicyReader _reader = new PolicyEvaluator(PolicyOptions.Default, FixedClock.Default).Reader;

    public required JsonNode? Object { get; init; }

    public JsonNode? OldObject { get; init; }

    public string Operation { get; init; } = "CREATE";

    public string Group { get; init; } = "apps";

    public string Resource { get; init; } = "deployments";

    public string Subresource { get; init; } = "";

    public string User { get; init; } = "alice";

    public string[] Groups { get; init; } = ["system:authenticated"];

    public static ReviewJson OfCreate(JsonNode @object) => new() { Object = @object };

    public static ReviewJson OfUpdate(JsonNode old, JsonNode @object) => new() { Operation = "UPDATE", OldObject = old, Object = @object };

    public static ReviewJson OfScale(int? from, int? to) =>
        OfUpdate(ObjectJson.Scale(from), ObjectJson.Scale(to)) with { Subresource = "scale" };

    public static ReviewJson OfPod(JsonNode pod) => OfCreate(pod) with { Group = "", Resource = "pods" };

    /// <summary>The review, read by the kinds of the default policy.</summary>
    public Review Read() => _reader.ReadReview(ToBytes());

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToNode().ToJsonString());

    public JsonNode ToNode()
    {
        var subject = Object ?? OldObject!;
        var apiVersion = (string)subject["apiVersion"]!;
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return new JsonObject
        {
            ["kind"] = "AdmissionReview",
            ["apiVersion"] = "admission.k8s.io/v1",
            ["request"] = new JsonObject
            {
                ["uid"] = "af33d428-8633-499d-bb28-4482d4bf55e3",
                ["kind"] = new JsonObject
                {
                    ["group"] = slash < 0 ? "" : apiVersion[..slash],
                    ["version"] = apiVersion[(slash + 1)..],
                    ["kind"] = (string)subject["kind"]!,
                },
                ["resource"] = new JsonObject { ["group"] = Group, ["version"] = "v1", ["resource"] = Resource },
                ["subResource"] = Subresource,
                ["name"] = subject["metadata"]?["name"]?.DeepClone(),
                ["namespace"] = subject["metadata"]?["namespace"]?.DeepClone(),
                ["operation"] = Operation,
                ["userInfo"] = new JsonObject { ["username"] = User, ["groups"] = new JsonArray([.. Groups.Select(group => (JsonNode)group)]) },
                ["object"] = Object?.DeepClone(),
                ["oldObject"] = OldObject?.DeepClone(),
                ["dryRun"] = false,
            },
        };
    }
}
