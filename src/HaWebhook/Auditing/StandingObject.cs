using HaWebhook.Cluster;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing;

/// <summary>An object of the cluster, kept until everything around it is known.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Kept">The object without its text: what others are judged with, and what survivability is worked out from.</param>
/// <param name="Compressed">Its text, to judge it whole.</param>
internal sealed record StandingObject(ClusterKind Kind, KubernetesObject Kept, byte[] Compressed)
{
    /// <summary>Keeps an object; null for one that a controller of Kubernetes made, and whose owner stands for it.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="whole">The object.</param>
    /// <param name="json">Its text, which is not held on to.</param>
    public static StandingObject? Of(ClusterKind kind, KubernetesObject whole, ReadOnlyMemory<byte> json) =>
        whole.Metadata.Controller is { IsBuiltIn: true } owner && owner.Makes(whole.Kind)
            ? null
            : new(kind, ClusterReader.Keep(whole), kind.Related == RelatedKinds.Claims ? [] : KeptObject.Compress(ObjectText.Of(json)));

    /// <summary>Its text in UTF-8; empty for what no rule judges.</summary>
    public byte[] Json() => KeptObject.Decompress(Compressed);
}
