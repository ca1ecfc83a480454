namespace HaWebhook.Admission;

/// <summary>
/// So much may be taken at a time, of whatever it is. Who finds too little left waits in line for a while, first come, first served: a large share does not starve
/// because small ones keep slipping past it.
/// </summary>
/// <param name="capacity">How much there is; more than 0.</param>
/// <param name="longestLine">How many may wait; 0 for none.</param>
/// <param name="clock">Measures the waiting.</param>
internal sealed class FairBudget(long capacity, int longestLine, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _line = new();
    private long _taken;
    private int _waiting;

    /// <summary>How much there is in all.</summary>
    public long Capacity => capacity;

    /// <summary>How much is taken; never more than there is.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>How many wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes a share if it can be had at once, and nobody waits for one. What is taken must be given back.</summary>
    public bool TryTake(long amount) => Volatile.Read(ref _waiting) == 0 && TryAdd(amount);

    /// <summary>Takes a share, and waits in line for it where need be.</summary>
    /// <param name="amount">How much.</param>
    /// <param name="longest">How long to wait for it at most.</param>
    /// <returns>Whether it was had. Not where the line is too long, or there is never so much.</returns>
    public async ValueTask<bool> TakeAsync(long amount, TimeSpan longest)
    {
        var waiter = new Waiter(amount);
        lock (_lock)
        {
            if (_line.Count >= longestLine || amount > capacity)
            {
                return false;
            }

            _line.AddLast(waiter.Place);

            // First seen to wait, then looked whether there is enough: whoever gives back in between sees it, or has given before the look.
            Interlocked.Increment(ref _waiting);
            Serve();
        }

        try
        {
            await waiter.Task.WaitAsync(longest > TimeSpan.Zero ? longest : TimeSpan.Zero, clock);
            return true;
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                if (waiter.Place.List is null)
                {
                    // Its turn came at the same moment.
                    return true;
                }

                Leave(waiter);

                // Whoever stood behind it may want less.
                Serve();
                return false;
            }
        }
    }

    /// <summary>Gives a share back.</summary>
    public void Give(long amount)
    {
        Interlocked.Add(ref _taken, -amount);
        if (Volatile.Read(ref _waiting) > 0)
        {
            lock (_lock)
            {
                Serve();
            }
        }
    }

    private void Serve()
    {
        while (_line.First is { Value: var first } && TryAdd(first.Amount))
        {
            Leave(first);
            first.SetResult();
        }
    }

    private void Leave(Waiter waiter)
    {
        _line.Remove(waiter.Place);
        Interlocked.Decrement(ref _waiting);
    }

    private bool TryAdd(long amount)
    {
        var taken = Interlocked.Read(ref _taken);
        while (amount <= capacity - taken)
        {
            var seen = Interlocked.CompareExchange(ref _taken, taken + amount, taken);
            if (seen == taken)
            {
                return true;
            }

            taken = seen;
        }

        return false;
    }

    private sealed class Waiter : TaskCompletionSource
    {
        public Waiter(long amount)
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
            Amount = amount;
            Place = new(this);
        }

        public long Amount { get; }

        public LinkedListNode<Waiter> Place { get; }
    }
}
