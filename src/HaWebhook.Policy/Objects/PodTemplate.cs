namespace HaWebhook.Policy.Objects;

/// <summary>Metadata and spec of the pods that an object makes.</summary>
/// <param name="Metadata">The pods' labels and annotations.</param>
/// <param name="Spec">The pods' spec.</param>
public sealed record PodTemplate(Metadata Metadata, PodSpec Spec)
{
    /// <summary>What is read where an object has no pod template of its own, such as an Argo Rollout that refers to a Deployment's.</summary>
    public static readonly PodTemplate None = new(Metadata.Empty, PodSpec.Empty);
}
