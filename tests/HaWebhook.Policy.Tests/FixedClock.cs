namespace HaWebhook.Policy.Tests;

/// <summary>A clock that stands still, at noon (UTC) of one day.</summary>
internal sealed class FixedClock(DateOnly today) : TimeProvider
{
    /// <summary>The day on which the tests run where the day does not matter.</summary>
    public static readonly FixedClock Default = new(new DateOnly(2026, 11, 20));

    public override DateTimeOffset GetUtcNow() => new(today.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero);
}
