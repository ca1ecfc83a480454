namespace HaWebhook.Cluster;

/// <summary>
/// How long previews of namespaces may take: a second and a half at once, and a twentieth of the time for good. They are made for whoever asks, and reviews come first.
/// </summary>
/// <remarks>For one at a time.</remarks>
/// <param name="clock">Measures time.</param>
internal sealed class PreviewBudget(TimeProvider clock)
{
    /// <summary>One part of how many is for previews.</summary>
    public const int Share = 20;

    /// <summary>The most that can be saved up, and the longest that one may take.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(1.5);

    private TimeSpan _left = Most;
    private long _since = clock.GetTimestamp();

    /// <summary>What is left now; zero where there is nothing.</summary>
    public TimeSpan Left
    {
        get
        {
            var now = clock.GetTimestamp();
            var saved = _left + (clock.GetElapsedTime(_since, now) / Share);
            (_left, _since) = (saved < Most ? saved : Most, now);
            return _left > TimeSpan.Zero ? _left : TimeSpan.Zero;
        }
    }

    /// <summary>A preview has taken so long. What was not left has to be saved up first.</summary>
    public void Spend(TimeSpan time) => _left -= time;
}
