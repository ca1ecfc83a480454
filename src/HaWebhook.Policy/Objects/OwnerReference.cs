namespace HaWebhook.Policy.Objects;

/// <summary>One of an object's owners.</summary>
/// <param name="ApiVersion">The owner's group and version.</param>
/// <param name="Kind">The owner's kind.</param>
/// <param name="Name">The owner's name.</param>
/// <param name="Uid">The owner's uid.</param>
/// <param name="IsController">Whether this owner manages the object; absence means it does not.</param>
public sealed record OwnerReference(string ApiVersion, string Kind, string Name, string Uid, bool IsController)
{
    /// <summary>
    /// Whether the owner belongs to Kubernetes itself. The group of a custom resource always contains a dot
    /// (the API server refuses others), the groups of the built-in workloads never do.
    /// </summary>
    public bool IsBuiltIn => !KubernetesObject.GroupOf(ApiVersion).Contains('.', StringComparison.Ordinal);
}
