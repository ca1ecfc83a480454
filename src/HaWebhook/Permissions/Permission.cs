namespace HaWebhook.Permissions;

/// <summary>What the server may do with one resource: a rule of a ClusterRole, or of a Role in the server's own namespace.</summary>
/// <param name="IsClusterWide">Whether it holds in all namespaces, or for a resource that has none.</param>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Resource">The resource, such as <c>deployments</c>.</param>
/// <param name="Name">The only object; null for all.</param>
/// <param name="Verbs">The verbs, in the order of the alphabet.</param>
internal sealed record Permission(bool IsClusterWide, string Group, string Resource, string? Name, IReadOnlyList<string> Verbs);
