using HaWebhook.Certificates;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Tests.Certificates;

/// <summary>What is wrong for long is said now and then.</summary>
public sealed class ComplaintTests : IDisposable
{
    private readonly JumpingClock _clock = new();
    private readonly LogLines _lines = new();

    public void Dispose() => _lines.Dispose();

    [Fact]
    public void Problems_that_alternate_are_said_once_a_minute_each()
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_lines));
        var complaints = new CertificateComplaints(_clock, factory.CreateLogger("a"));
        for (var minutes = 1; minutes <= 2; minutes++)
        {
            for (var looks = 0; looks < 10; looks++)
            {
                complaints.Say(looks % 2 == 0 ? "one thing" : "another", null);
            }

            Assert.Equal(2 * minutes, _lines.All.Count);
            _clock.Age(TimeSpan.FromMinutes(1));
        }

        complaints.Over();
        complaints.Over();
        Assert.Equal(5, _lines.All.Count);
    }

    [Fact]
    public void Texts_that_are_others_each_time_do_not_fill_the_log()
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_lines));
        var complaints = new CertificateComplaints(_clock, factory.CreateLogger("a"));
        for (var looks = 0; looks < 100; looks++)
        {
            complaints.Say($"problem {looks}", null);
        }

        Assert.Equal(4, _lines.All.Count);
    }
}
