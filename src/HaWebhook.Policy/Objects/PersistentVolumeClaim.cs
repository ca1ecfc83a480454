namespace HaWebhook.Policy.Objects;

/// <summary>A claim on storage.</summary>
public sealed record PersistentVolumeClaim : KubernetesObject
{
    /// <summary><c>spec.accessModes</c>; empty where absent.</summary>
    public IReadOnlyList<string> AccessModes { get; init; } = [];

    /// <summary>Whether pods on several nodes can mount it at once.</summary>
    public bool IsShared => AccessModes.Any(mode => mode is "ReadWriteMany" or "ReadOnlyMany");

    /// <summary>Whether only the pods of one node can use it at a time, or with <see cref="IsOfOnePod"/> only one pod.</summary>
    public bool IsExclusive => !IsShared && AccessModes.Any(mode => mode is "ReadWriteOnce" or "ReadWriteOncePod");

    /// <summary>Whether only one pod can use it at a time.</summary>
    public bool IsOfOnePod => IsExclusive && AccessModes.Contains("ReadWriteOncePod");
}

/// <summary>A claim that each pod of a workload gets of its own (<c>volumeClaimTemplates[]</c>).</summary>
/// <param name="Name">Its name, which is also that of the volume that the pods mount.</param>
/// <param name="AccessModes"><c>spec.accessModes</c>; empty where absent.</param>
public sealed record ClaimTemplate(string Name, IReadOnlyList<string> AccessModes);
