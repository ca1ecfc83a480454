namespace HaWebhook.Cluster;

/// <summary>
/// Keeps reviews from waiting one after the other for an API server that is slow: after a look that was waited for in vain there is none for a while, and then one to try.
/// </summary>
/// <remarks>Safe for use by many at once.</remarks>
/// <param name="clock">Measures the while.</param>
internal sealed class LookPause(TimeProvider clock)
{
    /// <summary>How long there is none: an API server that chokes needs seconds, and an autoscaler is in the cache by then, as a rule.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private long? _since;

    /// <summary>Whether there may be a look now. Where one is only to try, whoever asks next is told no.</summary>
    public bool TryPass()
    {
        lock (_lock)
        {
            if (_since is not { } since)
            {
                return true;
            }

            if (clock.GetElapsedTime(since) < Length)
            {
                return false;
            }

            _since = clock.GetTimestamp();
            return true;
        }
    }

    /// <summary>The API server did not answer in time.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _since = clock.GetTimestamp();
        }
    }

    /// <summary>The API server has answered, if only with an error: nobody has to wait for it.</summary>
    public void End()
    {
        lock (_lock)
        {
            _since = null;
        }
    }
}
