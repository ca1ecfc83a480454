namespace HaWebhook.Kubernetes.Caching;

/// <summary>Waits that double up to a limit, each shortened by up to a half at random so that many clients do not come at once.</summary>
internal sealed class Backoff(TimeSpan minimum, TimeSpan maximum)
{
    private int _failures;

    /// <summary>How many waits there were since things last went well.</summary>
    public int Failures => _failures;

    public void Reset() => _failures = 0;

    public TimeSpan Next()
    {
        // 2^20 times the minimum is beyond any maximum.
        var wait = Math.Min(maximum.Ticks, minimum.Ticks * (1L << Math.Min(_failures++, 20)));
        return TimeSpan.FromTicks(wait / 2 + (long)(wait / 2.0 * Random.Shared.NextDouble()));
    }
}
