namespace HaWebhook.Policy.Objects;

/// <summary>A custom resource that keeps its replica count elsewhere than <c>spec.replicas</c>: the policy's <c>replicatedResources</c> says where.</summary>
public sealed record ReplicatedResource : KubernetesObject
{
    /// <summary>The counts found at the path, each with its field; a field that the author left out counts as 1.</summary>
    public IReadOnlyList<(string Field, int Count)> Counts { get; init; } = [];

    /// <summary><c>spec.roles</c> of a KafkaNodePool: what its nodes are there for; empty where absent, and for other kinds.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];
}
