namespace HaWebhook.Kubernetes.Tests;

/// <summary>How often trouble is told.</summary>
public sealed class LogPaceTests
{
    [Fact]
    public void ALine_IsDueOnceAMinute_AndTheOthersAreCounted()
    {
        var clock = new ManualClock();
        var pace = new LogPace(clock);
        var told = new List<string>();
        for (var second = 0; second < 150; second += 10)
        {
            if (pace.IsDue(out var untold))
            {
                told.Add($"{second} s, {untold}");
            }

            clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(["0 s, 0", "60 s, 5", "120 s, 5"], told);
    }
}
