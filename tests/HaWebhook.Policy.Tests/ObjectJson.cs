using System.Text.Json.Nodes;

namespace HaWebhook.Policy.Tests;

/// <summary>Objects as an API server would send them, without anything that a rule finds wrong unless it is asked for.</summary>
internal static class ObjectJson
{
    public static JsonNode Deployment(int replicas = 2) => Parse("""
        {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web","namespace":"shop","annotations":{}},"spec":{
          "replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"},"annotations":{}},"spec":{
            "containers":[{"name":"web","image":"web:1","ports":[{"containerPort":8080,"protocol":"TCP"}],
              "readinessProbe":{"tcpSocket":{"port":8080}},"livenessProbe":{"tcpSocket":{"port":8080},"failureThreshold":6}}],
            "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway",
              "labelSelector":{"matchLabels":{"app":"web"}}}]}}}}
        """).With("spec.replicas", replicas);

    public static JsonNode ReplicaSet(int replicas = 2) => Deployment(replicas).With("kind", "ReplicaSet").With("metadata.name", "web-6d4cf56db6");

    public static JsonNode Pod() => Parse("""
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-0","namespace":"shop","labels":{"app":"web"},"annotations":{}},"spec":{
          "restartPolicy":"Always",
          "containers":[{"name":"web","ports":[{"containerPort":8080,"protocol":"TCP"}],
            "readinessProbe":{"tcpSocket":{"port":8080}},"livenessProbe":{"tcpSocket":{"port":8080},"failureThreshold":6}}],
          "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway",
            "labelSelector":{"matchLabels":{"app":"web"}}}]}}
        """);

    /// <summary>A scale; null leaves <c>spec.replicas</c> out, as the API server does for 0.</summary>
    public static JsonNode Scale(int? replicas)
    {
        var scale = Parse("""
            {"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"web","namespace":"shop"},"spec":{},"status":{"replicas":2}}
            """);
        return replicas is null ? scale : scale.With("spec.replicas", replicas);
    }

    public static JsonNode Owner(string apiVersion, string kind, string uid) => Parse($$"""
        [{"apiVersion":"{{apiVersion}}","kind":"{{kind}}","name":"web","uid":"{{uid}}","controller":true}]
        """);

    private static JsonNode Parse(string json) => JsonNode.Parse(json)!;
}
