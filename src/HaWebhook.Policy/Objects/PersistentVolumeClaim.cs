namespace HaWebhook.Policy.Objects;

/// <summary>A claim on storage.</summary>
public sealed record PersistentVolumeClaim : KubernetesObject
{
    /// <summary><c>spec.accessModes</c>; empty where absent.</summary>
    public IReadOnlyList<string> AccessModes { get; init; } = [];

    /// <summary>Whether pods on several nodes can mount it at once.</summary>
    public bool IsShared => AccessModes.Any(mode => mode is "ReadWriteMany" or "ReadOnlyMany");
}
