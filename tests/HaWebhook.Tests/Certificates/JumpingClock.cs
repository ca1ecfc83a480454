namespace HaWebhook.Tests.Certificates;

/// <summary>The real clock, but its hands can be moved. Timers and elapsed time go on as if nothing had happened, as they do on a real machine.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public void Jump(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
