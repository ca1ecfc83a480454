namespace HaWebhook.Kubernetes.Caching;

/// <summary>How much a cache can be trusted.</summary>
/// <param name="IsSynced">
/// Whether it has once held everything there was. Once true it stays true. A kind that is not served has nothing, and is synced.
/// </param>
/// <param name="IsServed">Whether the server serves the kind; true until it says otherwise.</param>
/// <param name="StaleSince">
/// When the server was last heard, where no watch is open now: changes since then are unknown. Null while one is open, and before the first
/// sync.
/// </param>
/// <param name="LastError">Why it is stale or not synced, in one line; null while all is well.</param>
/// <param name="Count">How many objects are kept.</param>
public sealed record WatchCacheStatus(bool IsSynced, bool IsServed, DateTimeOffset? StaleSince, string? LastError, int Count)
{
    /// <summary>Whether the server's last word was that this user may not list or watch the kind, so that waiting alone will not help.</summary>
    public bool IsForbidden { get; init; }
}
