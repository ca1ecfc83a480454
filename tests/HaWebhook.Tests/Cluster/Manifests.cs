namespace HaWebhook.Tests.Cluster;

/// <summary>Small objects, in which nothing but what a test is about is found.</summary>
internal static class Manifests
{
    /// <summary>Annotations that exempt from minimum-replicas.</summary>
    public const string Exempt = """
        "ha-webhook.io/exempt": "minimum-replicas", "ha-webhook.io/exempt-reason": "a singleton by design"
        """;

    public static string Deployment(string name, int? replicas, string annotations = "") => $$"""
        {
          "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "{{name}}", "annotations": { {{annotations}} } },
          "spec": {
            {{(replicas is null ? "" : $"\"replicas\": {replicas},")}}
            "selector": {"matchLabels": {"app": "{{name}}"} },
            "template": {
              "metadata": {"labels": {"app": "{{name}}"} },
              "spec": {
                "containers": [
                  {
                    "name": "web", "image": "nginx:1.27",
                    "readinessProbe": {"httpGet": {"path": "/ready", "port": 80} }, "livenessProbe": {"httpGet": {"path": "/live", "port": 80} }
                  }
                ],
                "topologySpreadConstraints": [
                  {
                    "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": {"matchLabels": {"app": "{{name}}"} }
                  }
                ]
              }
            }
          }
        }
        """;

    public static string HorizontalPodAutoscaler(string name, int minimum, int maximum = 6) => $$"""
        {
          "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "{{name}}"},
          "spec": {
            "minReplicas": {{minimum}}, "maxReplicas": {{maximum}},
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "{{name}}"}
          }
        }
        """;

    public static string ScaledObject(string name, int minimum) => $$"""
        {
          "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "{{name}}"},
          "spec": {
            "minReplicaCount": {{minimum}}, "maxReplicaCount": 6, "scaleTargetRef": {"name": "{{name}}"},
            "triggers": [{"type": "cpu", "metadata": {"value": "60"} }]
          }
        }
        """;

    public static string PodDisruptionBudget(string name, string minAvailable) => $$"""
        {
          "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "{{name}}"},
          "spec": {"minAvailable": {{minAvailable}}, "selector": {"matchLabels": {"app": "{{name}}"} } }
        }
        """;
}
