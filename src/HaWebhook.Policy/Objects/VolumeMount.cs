namespace HaWebhook.Policy.Objects;

/// <summary>A volume in a container's file system.</summary>
/// <param name="Name">Name of the volume, or of the claim template that makes it.</param>
/// <param name="MountPath">Where the container sees it.</param>
/// <param name="ReadOnly">Whether the container cannot write to it; absence means that it can.</param>
public sealed record VolumeMount(string Name, string MountPath, bool ReadOnly);
