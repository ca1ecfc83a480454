namespace HaWebhook.Kubernetes.Caching;

/// <summary>One change of a cache.</summary>
/// <typeparam name="T">What is kept of an object.</typeparam>
/// <param name="Key">Which object.</param>
/// <param name="Old">What was kept of it; null where it is new.</param>
/// <param name="New">What is kept of it now; null where it is gone. Never both are null.</param>
public readonly record struct CacheChange<T>(ObjectKey Key, T? Old, T? New)
    where T : class;
