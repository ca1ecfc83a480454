using HaWebhook.Admission;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Cluster;

/// <summary>Makes of an object's JSON what is kept of it.</summary>
/// <param name="policy">The policy in force names the custom kinds.</param>
internal sealed class ObjectReduction(ICurrentPolicy policy)
{
    private readonly SharedStrings _strings = new();

    /// <summary>What is kept of an object; null for a kind that means nothing to the policy any more.</summary>
    /// <param name="kind">The object's kind.</param>
    /// <param name="json">The object in UTF-8; it is not held on to.</param>
    public KeptObject? Keep(ClusterKind kind, ReadOnlyMemory<byte> json)
    {
        if (Read(kind, json) is not { } subject)
        {
            return null;
        }

        if (subject.Metadata.Controller is { IsBuiltIn: true } owner && owner.Makes(subject.Kind))
        {
            return new KeptObject(subject.Metadata.Uid, null, []);
        }

        return new KeptObject(subject.Metadata.Uid, subject, IsKeptWhole(kind) ? KeptObject.Compress(ObjectText.Of(json)) : []);
    }

    /// <summary>What rules look at in a related object; null for a kind that means nothing to the policy any more.</summary>
    /// <param name="kind">The object's kind.</param>
    /// <param name="json">The object in UTF-8; it is not held on to.</param>
    public KubernetesObject? Read(ClusterKind kind, ReadOnlyMemory<byte> json) =>
        policy.Evaluators.Reader.ReadRelated(json, kind.ApiVersion, kind.Kind, _strings);

    /// <summary>An object to be judged itself; null for a kind that means nothing to the policy any more.</summary>
    /// <param name="kind">The object's kind.</param>
    /// <param name="json">The object in UTF-8. What is returned points into it.</param>
    public KubernetesObject? ReadWhole(ClusterKind kind, ReadOnlyMemory<byte> json) => policy.Evaluators.Reader.ReadObject(json, kind.ApiVersion, kind.Kind);

    /// <summary>What can be refused, and so is listed when its namespace gets a stricter mode: all but claims and namespaces.</summary>
    private static bool IsKeptWhole(ClusterKind kind) =>
        kind.Related is RelatedKinds.Workloads or RelatedKinds.Autoscalers or RelatedKinds.DisruptionBudgets;
}
