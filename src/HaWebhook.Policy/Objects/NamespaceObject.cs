namespace HaWebhook.Policy.Objects;

/// <summary>A Namespace; its labels can set the mode of what is in it.</summary>
public sealed record NamespaceObject : KubernetesObject;
