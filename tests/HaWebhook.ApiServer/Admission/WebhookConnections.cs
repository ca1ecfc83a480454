namespace HaWebhook.ApiServer.Admission;

/// <summary>
/// The connections of one pool, kept as Go's HTTP client and the API server keep them: the newest is used first, up to 25 are kept for up to 90 s, and a
/// request that finds none takes the first that becomes free or has been opened meanwhile.
/// </summary>
/// <param name="open">Opens a connection.</param>
/// <param name="clock">What time it is.</param>
internal sealed class WebhookConnections(Func<CancellationToken, Task<WebhookConnection>> open, TimeProvider clock) : IDisposable
{
    /// <summary>client-go, transport/cache.go: MaxIdleConnsPerHost.</summary>
    private const int MaximumIdle = 25;

    /// <summary>apimachinery, SetTransportDefaults, as net/http's own default.</summary>
    private static readonly TimeSpan _idleLimit = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan _openLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<WebhookConnection> _idle = [];
    private readonly Queue<TaskCompletionSource<WebhookConnection>> _waiting = [];
    private bool _disposed;

    /// <summary>How many wait for a request.</summary>
    public int Idle
    {
        get
        {
            lock (_lock)
            {
                return _idle.Count;
            }
        }
    }

    /// <summary>Sends a request over one of them and reads its answer.</summary>
    /// <exception cref="IOException">The connection broke: the webhook may have seen the request.</exception>
    public async Task<WebhookResponse> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        while (true)
        {
            var connection = await TakeAsync(cancellation);
            WebhookResponse? response = null;
            try
            {
                response = await connection.ExchangeAsync(request, cancellation);
                if (response is not null)
                {
                    return response;
                }
            }
            finally
            {
                if (response is { KeepsAlive: true })
                {
                    PutAside(connection);
                }
                else
                {
                    connection.Dispose();
                }
            }
        }
    }

    /// <summary>Closes those that nobody has used for too long.</summary>
    public void CloseIdle()
    {
        lock (_lock)
        {
            var oldest = clock.GetUtcNow() - _idleLimit;
            _idle.RemoveAll(connection =>
            {
                var late = connection.IdleSince < oldest;
                if (late)
                {
                    connection.Dispose();
                }

                return late;
            });
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _idle.ForEach(connection => connection.Dispose());
            _idle.Clear();
        }
    }

    private async Task<WebhookConnection> TakeAsync(CancellationToken cancellation)
    {
        var waiter = new TaskCompletionSource<WebhookConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            while (_idle.Count > 0)
            {
                var newest = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                if (newest.IsUsable)
                {
                    return newest;
                }

                newest.Dispose();
            }

            _waiting.Enqueue(waiter);
        }

        _ = OpenAsync(waiter);
        try
        {
            return await waiter.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            if (!waiter.TrySetCanceled(CancellationToken.None) && waiter.Task.IsCompletedSuccessfully)
            {
                PutAside(await waiter.Task);
            }

            throw;
        }
    }

    private async Task OpenAsync(TaskCompletionSource<WebhookConnection> waiter)
    {
        try
        {
            using var limit = new CancellationTokenSource(_openLimit);
            var connection = await open(limit.Token);
            if (!waiter.TrySetResult(connection))
            {
                PutAside(connection);
            }
        }
        catch (OperationCanceledException)
        {
            waiter.TrySetException(new IOException("i/o timeout"));
        }
        catch (Exception failure)
        {
            waiter.TrySetException(failure);
        }
    }

    private void PutAside(WebhookConnection connection)
    {
        var ended = connection.Rest(clock.GetUtcNow());
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var waiter))
            {
                if (waiter.TrySetResult(connection))
                {
                    return;
                }
            }

            if (!_disposed && _idle.Count < MaximumIdle)
            {
                _idle.Add(connection);
                ended.ContinueWith(_ => CloseIfEnded(connection), TaskScheduler.Default);
                return;
            }
        }

        connection.Dispose();
    }

    private void CloseIfEnded(WebhookConnection connection)
    {
        lock (_lock)
        {
            // What came may have been the answer to the next request, and the connection may be idle for the second time by now.
            if (!_idle.Contains(connection) || connection.IsUsable)
            {
                return;
            }

            _idle.Remove(connection);
        }

        connection.Dispose();
    }
}
