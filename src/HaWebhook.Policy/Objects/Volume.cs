namespace HaWebhook.Policy.Objects;

/// <summary>A pod's volume.</summary>
/// <param name="Name">Volume name.</param>
/// <param name="ClaimName">The PersistentVolumeClaim that it mounts; empty for other volumes.</param>
/// <param name="HoldsState">Whether what is written to it outlives the pod: a claim, a directory of the node, a file server, a disk.</param>
public sealed record Volume(string Name, string ClaimName, bool HoldsState);
