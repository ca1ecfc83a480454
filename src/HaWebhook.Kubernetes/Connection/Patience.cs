namespace HaWebhook.Kubernetes.Connection;

/// <summary>A token that is cancelled by the caller, or when time is over; and tells which it was.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _caller;
    private readonly TimeSpan _limit;

    /// <summary>Starts the clock.</summary>
    public Patience(TimeSpan limit, TimeProvider clock, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
        _time = new CancellationTokenSource(limit, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _time.Token);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Whether time is over, rather than the caller's wish.</summary>
    public bool IsOver => _time.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Stops the clock.</summary>
    public void Pause() => _time.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Starts it anew.</summary>
    public void Resume() => _time.CancelAfter(_limit);

    public void Dispose()
    {
        _either.Dispose();
        _time.Dispose();
    }
}
