namespace HaWebhook.Policy.Objects;

/// <summary>A pod's volume that its containers can write to.</summary>
/// <param name="Name">Volume name.</param>
/// <param name="Source">Where what is written to it goes.</param>
public sealed record Volume(string Name, VolumeSource Source)
{
    /// <summary>The PersistentVolumeClaim that it mounts; empty for other sources.</summary>
    public string ClaimName { get; init; } = "";

    /// <summary>The directory of the node; empty for other sources.</summary>
    public string HostPath { get; init; } = "";

    /// <summary>Whether what is written to it may not be lost: a claim, a directory of the node, a file server, a disk.</summary>
    public bool HoldsState => Source != VolumeSource.EmptyDir;
}

/// <summary>Where what is written to a volume goes, from what is gone with the pod to what stays.</summary>
public enum VolumeSource
{
    /// <summary><c>emptyDir</c>: made and deleted with the pod. A volume without a source is one (Kubernetes API, VolumeSource).</summary>
    EmptyDir,

    /// <summary><c>ephemeral</c>: a claim that is made and deleted with the pod.</summary>
    EphemeralClaim,

    /// <summary>A file server or a disk that the pod names itself, for instance <c>nfs</c>.</summary>
    Other,

    /// <summary><c>hostPath</c>: a directory of the node.</summary>
    HostPath,

    /// <summary><c>persistentVolumeClaim</c>: a claim that the pod names.</summary>
    PersistentVolumeClaim,
}
