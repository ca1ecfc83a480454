using System.Diagnostics;

namespace HaWebhook.Auditing;

/// <summary>
/// Does long work so that what has no time to wait goes first: on a thread of its own, because those of the pool are as few as the processors,
/// and with rests.
/// </summary>
/// <param name="stretch">How long it works before it rests.</param>
/// <param name="rest">How long it rests.</param>
/// <param name="cancellation">Ends the work at its next rest.</param>
internal sealed class WorkPace(TimeSpan stretch, TimeSpan rest, CancellationToken cancellation)
{
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>Does it.</summary>
    public Task<T> RunAsync<T>(Func<T> work) => Task.Factory.StartNew(work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Rests, if it is time to. To be called by the work, again and again.</summary>
    /// <exception cref="OperationCanceledException">The work is to end.</exception>
    public void Rest()
    {
        if (Stopwatch.GetElapsedTime(_since) < stretch)
        {
            return;
        }

        cancellation.WaitHandle.WaitOne(rest);
        cancellation.ThrowIfCancellationRequested();
        _since = Stopwatch.GetTimestamp();
    }
}
