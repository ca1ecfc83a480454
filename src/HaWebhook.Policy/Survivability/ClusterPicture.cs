using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>
/// What survivability is worked out from: the objects of each namespace and, of a living cluster, its pods and nodes. What could not be read is left
/// out, and what would have needed it is <see cref="Outcome.Unknown"/>.
/// </summary>
public sealed record ClusterPicture
{
    /// <summary>
    /// The objects of each namespace, by its name. The workloads must be whole, or as <see cref="ClusterReader.Keep(KubernetesObject)"/> keeps them; not reduced as caches
    /// do, or their rollout and spread are not known. Of kinds that were not loaded nothing is known (<see cref="RelatedObjects.Loaded"/>).
    /// </summary>
    public required IReadOnlyDictionary<string, RelatedObjects> Namespaces { get; init; }

    /// <summary>Its pods, in any order, with those that ended; null over manifests alone, and where pods could not be read.</summary>
    public IReadOnlyList<RunningPod>? Pods { get; init; }

    /// <summary>Its nodes, in any order; null where they are not known.</summary>
    public IReadOnlyList<Node>? Nodes { get; init; }
}
