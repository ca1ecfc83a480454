using HaWebhook.Kubernetes.Json;

namespace HaWebhook.Kubernetes.Caching;

/// <summary>One state of one object.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Uid">Which of the objects that ever had the name.</param>
/// <param name="ResourceVersion">Which state of it.</param>
/// <param name="Value">What is kept of it; null where nothing is to be kept.</param>
internal sealed record CachedObject<T>(ObjectKey Key, string? Uid, string ResourceVersion, T? Value)
    where T : class
{
    public bool IsStateOf(ObjectMeta meta) => ResourceVersion == meta.ResourceVersion && Uid == meta.Uid;
}
