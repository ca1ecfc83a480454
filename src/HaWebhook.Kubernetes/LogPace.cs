namespace HaWebhook.Kubernetes;

/// <summary>Keeps trouble that comes again and again from filling the log: a line about it is due once a minute.</summary>
/// <remarks>Safe for use by many at once.</remarks>
/// <param name="clock">Measures time.</param>
public sealed class LogPace(TimeProvider clock)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _toldAt;
    private int _untold;

    /// <summary>Whether a line is due now, which then has to be written.</summary>
    /// <param name="untold">How many were not since the last one that was.</param>
    public bool IsDue(out int untold)
    {
        lock (_lock)
        {
            untold = _untold;
            if (_toldAt is { } told && clock.GetElapsedTime(told) < _interval)
            {
                _untold++;
                return false;
            }

            (_toldAt, _untold) = (clock.GetTimestamp(), 0);
            return true;
        }
    }
}
