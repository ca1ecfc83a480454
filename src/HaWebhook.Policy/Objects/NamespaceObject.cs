namespace HaWebhook.Policy.Objects;

/// <summary>A Namespace; its labels can set the mode of what is in it.</summary>
public sealed record NamespaceObject : KubernetesObject
{
    /// <summary>The label that holds its name: the API server sees to it (Kubernetes 1.22).</summary>
    public const string NameLabel = "kubernetes.io/metadata.name";
}
