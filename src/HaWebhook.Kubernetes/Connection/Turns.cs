namespace HaWebhook.Kubernetes.Connection;

/// <summary>Lets one request out at a time, and the next only after a rest.</summary>
/// <param name="rest">The rest at least; a request that took long is followed by as much again.</param>
/// <param name="clock">Measures time and waits.</param>
internal sealed class Turns(TimeSpan rest, TimeProvider clock) : IDisposable
{
    /// <summary>What a request adds to the rest at most: one that hung for half a minute says nothing about the server's load.</summary>
    private static readonly TimeSpan _mostAdded = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private TimeSpan _pause;
    private long _ended;

    /// <summary>Waits for its turn.</summary>
    /// <returns>The turn, which ends when it is disposed of.</returns>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_pause - clock.GetElapsedTime(_ended) is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left, clock, cancellation);
            }

            return new Turn(this, clock.GetTimestamp());
        }
        catch (OperationCanceledException)
        {
            _turn.Release();
            throw;
        }
    }

    public void Dispose() => _turn.Dispose();

    private void End(long started)
    {
        var took = clock.GetElapsedTime(started);
        (_pause, _ended) = (rest + (took < _mostAdded ? took : _mostAdded), clock.GetTimestamp());
        _turn.Release();
    }

    private sealed class Turn(Turns turns, long started) : IDisposable
    {
        public void Dispose() => turns.End(started);
    }
}
