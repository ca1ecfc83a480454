using HaWebhook.Policy.Objects;

namespace HaWebhook.Cluster;

/// <summary>What is known of the API server itself.</summary>
/// <param name="Version">Its version; null where it tells none that can be read.</param>
/// <param name="Groups">The groups that it serves, with the version that each prefers.</param>
internal sealed record ServerFacts(KubernetesVersion? Version, IReadOnlyDictionary<string, string> Groups)
{
    /// <summary>Whether it is the same server, as far as is known of it.</summary>
    public bool Says(KubernetesVersion? version, IReadOnlyDictionary<string, string> groups) =>
        Version == version && Groups.Count == groups.Count && Groups.All(group => groups.TryGetValue(group.Key, out var preferred) && preferred == group.Value);
}
