namespace HaWebhook.Tests.Certificates;

/// <summary>The real clock, but its hands can be moved. Timers go on as if nothing had happened, as they do on a real machine.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _ahead;
    private long _older;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _older);

    /// <summary>Sets the time of day.</summary>
    public void Jump(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);

    /// <summary>Lets time pass that nobody has to wait for.</summary>
    public void Age(TimeSpan time) => Interlocked.Add(ref _older, (long)(time.TotalSeconds * TimestampFrequency));
}
