namespace HaWebhook.Policy.Objects;

/// <summary>A pod's volume.</summary>
/// <param name="Name">Volume name.</param>
/// <param name="ClaimName">The PersistentVolumeClaim that it mounts; empty for other volumes.</param>
/// <param name="HoldsState">Whether it outlives a container: a claim, a claim made for the pod, or a directory of the node.</param>
public sealed record Volume(string Name, string ClaimName, bool HoldsState);
