using HaWebhook.Checking;

namespace HaWebhook.Tests.Commands;

public sealed class ProgressLineTests : IDisposable
{
    private readonly StringWriter _terminal = new();
    private readonly Clock _clock = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void It_waits_half_a_second_then_writes_ten_times_a_second_and_is_gone_at_the_end()
    {
        var progress = new ProgressLine(_terminal, _clock);
        for (var i = 1; i <= 1000; i++)
        {
            _clock.Milliseconds = i;
            progress.Show(i * 10, "files read");
        }

        progress.Clear();
        Assert.Equal(
            "\r5,000 files read\u001b[K\r6,000 files read\u001b[K\r7,000 files read\u001b[K\r8,000 files read\u001b[K\r9,000 files read\u001b[K\r10,000 files read\u001b[K\r\u001b[K",
            _terminal.ToString());
    }

    [Fact]
    public void A_short_run_writes_nothing()
    {
        var progress = new ProgressLine(_terminal, _clock);
        _clock.Milliseconds = 499;
        progress.Show(1, "files read");
        progress.Clear();
        Assert.Equal("", _terminal.ToString());
    }

    [Fact]
    public void Where_there_is_no_terminal_nothing_happens()
    {
        var progress = new ProgressLine(null, _clock);
        _clock.Milliseconds = 10_000;
        progress.Show(1, "files read");
        progress.Clear();
    }

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
