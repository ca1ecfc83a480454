using System.IO.Pipelines;
using HaWebhook.Kubernetes.Tests;
using HaWebhook.Serving;
using Microsoft.AspNetCore.Connections;

namespace HaWebhook.Tests.Serving;

/// <summary>The alarm for bodies that do not come.</summary>
public sealed class AdmissionConnectionTests
{
    /// <summary>What is thrown in a timer's callback ends the process.</summary>
    [Theory]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(NullReferenceException))]
    public void A_body_that_can_no_longer_be_told_is_let_be(Type thrown)
    {
        var clock = new ManualClock();
        using var connection = new AdmissionConnection(new(10, 5, clock), new DefaultConnectionContext(), clock);
        var gone = new Body(() => throw Made(thrown));
        connection.Expect(gone, TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, gone.Told);

        // And the alarm is set for the next one all the same.
        var next = new Body(() => { });
        connection.Expect(next, TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, next.Told);
    }

    private static Exception Made(Type thrown) =>
        thrown == typeof(ObjectDisposedException) ? new ObjectDisposedException("body")
        : thrown == typeof(TaskCanceledException) ? new TaskCanceledException()
#pragma warning disable CA2201 // The pipe of a request that has ended throws it, too.
        : new NullReferenceException();
#pragma warning restore CA2201

    /// <summary>A body that is only ever told that nobody waits for it any more.</summary>
    private sealed class Body(Action whenTold) : PipeReader
    {
        public int Told { get; private set; }

        public override void CancelPendingRead()
        {
            Told++;
            whenTold();
        }

        public override void AdvanceTo(SequencePosition consumed) => throw new NotSupportedException();

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => throw new NotSupportedException();

        public override void Complete(Exception? exception = null) => throw new NotSupportedException();

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();
    }
}
