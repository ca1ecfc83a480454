using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests;

/// <summary>Related objects, all kinds of them loaded, as an API server would send them.</summary>
internal static class RelatedJson
{
    private static readonly PolicyReader _reader = new PolicyEvaluator(PolicyOptions.Default, FixedClock.Default).Reader;

    public static KubernetesObject Read(JsonNode @object) =>
        _reader.ReadObject(Encoding.UTF8.GetBytes(@object.ToJsonString()), (string)@object["apiVersion"]!, (string)@object["kind"]!)!;

    public static RelatedObjects Of(params IEnumerable<JsonNode> objects)
    {
        var read = objects.Select(Read).ToList();
        return new()
        {
            Autoscalers = new([.. read.OfType<Autoscaler>()]),
            DisruptionBudgets = new([.. read.OfType<PodDisruptionBudget>()]),
            Claims = read.OfType<PersistentVolumeClaim>().ToDictionary(claim => claim.Metadata.Name),
            Workloads = new([.. read.OfType<PodOwner>()], [.. read.OfType<ReplicatedResource>()]),
        };
    }

    public static JsonNode Autoscaler(int? floor, string name = "web") => JsonNode.Parse("""
        {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"","namespace":"shop","annotations":{}},"spec":{
          "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"maxReplicas":200}}
        """)!.With("metadata.name", name).With("spec.minReplicas", floor);

    public static JsonNode ScaledObject(int floor) => JsonNode.Parse("""
        {"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","metadata":{"name":"scaled","namespace":"shop","annotations":{}},"spec":{
          "scaleTargetRef":{"name":"web"},"maxReplicaCount":200}}
        """)!.With("spec.minReplicaCount", floor);

    /// <summary>A budget, for instance with <c>maxUnavailable=1</c>.</summary>
    public static JsonNode Budget(string amount = "maxUnavailable=1", string name = "web", string app = "web")
    {
        var (field, value) = (amount.Split('=')[0], amount.Split('=')[1]);
        return JsonNode.Parse("""
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"","namespace":"shop","annotations":{}},"spec":{
              "selector":{"matchLabels":{"app":""}}}}
            """)!.With("metadata.name", name).With("spec.selector.matchLabels.app", app)
            .With("spec." + field, int.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : value);
    }

    /// <summary>Sets labels, as in <c>env=dev,mode=Warn</c>; <c>mode</c> stands for the label of HaWebhook.</summary>
    public static JsonNode WithLabels(this JsonNode @object, string labels)
    {
        foreach (var pair in labels.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(label => label.Split('=')))
        {
            @object["metadata"]!["labels"]![pair[0] == "mode" ? HaAnnotations.ModeLabel : pair[0]] = pair[1];
        }

        return @object;
    }

    /// <summary>A Deployment that mounts a claim of one node.</summary>
    public static JsonNode WithClaim(this JsonNode workload) =>
        workload.WithJson("spec.template.spec.volumes", """[{"name":"data","persistentVolumeClaim":{"claimName":"data"}}]""");
}
