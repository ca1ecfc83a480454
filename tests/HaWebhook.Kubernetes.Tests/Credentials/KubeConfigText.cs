namespace HaWebhook.Kubernetes.Tests.Credentials;

/// <summary>Kubeconfigs in which one thing varies.</summary>
internal static class KubeConfigText
{
    public static string WithUser(string user) => $$"""
        current-context: a
        contexts: [{name: a, context: {cluster: c, user: u} }]
        clusters: [{name: c, cluster: {server: "https://a"} }]
        users:
        - name: u
          user:
            {{user}}
        """;
}
