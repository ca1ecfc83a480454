namespace HaWebhook.Cluster;

/// <summary>
/// Does once what many ask for at the same time. Whoever asks while it is being done waits for the next time, which sees all that was there when he
/// asked. So a storm in one namespace costs one look after the other, however many are in it.
/// </summary>
/// <typeparam name="T">What is seen.</typeparam>
/// <param name="look">Looks at what has this name.</param>
internal sealed class SharedLooks<T>(Func<string, Task<T>> look)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Task<T> Running, Task<T>? Next)> _underWay = new(StringComparer.Ordinal);

    /// <summary>What is seen in a look that begins now or later.</summary>
    public Task<T> AskAsync(string name)
    {
        lock (_lock)
        {
            if (!_underWay.TryGetValue(name, out var looks))
            {
                _underWay[name] = looks = (LookAsync(name, null), null);
                return looks.Running;
            }

            _underWay[name] = looks = (looks.Running, looks.Next ?? LookAsync(name, looks.Running));
            return looks.Next!;
        }
    }

    private async Task<T> LookAsync(string name, Task? after)
    {
        // Not before the lock is left and the look is written down.
        await Task.Yield();
        if (after is not null)
        {
            await after.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            return await look(name);
        }
        finally
        {
            lock (_lock)
            {
                if (_underWay[name].Next is { } next)
                {
                    _underWay[name] = (next, null);
                }
                else
                {
                    _underWay.Remove(name);
                }
            }
        }
    }
}
