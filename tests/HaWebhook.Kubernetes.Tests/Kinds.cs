namespace HaWebhook.Kubernetes.Tests;

/// <summary>The kinds that tests ask for.</summary>
internal static class Kinds
{
    public static ResourceType Deployments { get; } = new("apps", "v1", "deployments");

    public static ResourceType Namespaces { get; } = new("", "v1", "namespaces", IsNamespaced: false);

    public static ResourceType Leases { get; } = new("coordination.k8s.io", "v1", "leases");
}
