namespace HaWebhook.Kubernetes;

/// <summary>All objects of a list as they were at one moment.</summary>
/// <typeparam name="T">What the caller made of an object.</typeparam>
/// <param name="Items">In the server's order: by namespace, then by name.</param>
/// <param name="ResourceVersion">The moment: a watch that starts here misses nothing.</param>
public sealed record ResourceList<T>(IReadOnlyList<T> Items, string ResourceVersion);
