using System.Diagnostics;

namespace HaWebhook.Benchmarks.Reliability;

/// <param name="Wanted">Calls that were to be made.</param>
/// <param name="Made">Of those: made, since fewer were under way than there may be.</param>
/// <param name="Outcomes">What became of those that ended, by <see cref="Outcome"/>.</param>
/// <param name="Refusals">How often reviews were refused, whatever became of them when they were sent again.</param>
/// <param name="Reasons">Why calls failed, and how many of each.</param>
/// <param name="Decided">How long the calls took that were decided, refusals before included.</param>
/// <param name="Accepted">How long reviews took that were decided, from when they were sent for the last time.</param>
/// <param name="Longest">The longest of the decided calls.</param>
/// <param name="Duration">How long it went on.</param>
internal sealed record ReviewCounts(
    long Wanted, long Made, IReadOnlyList<long> Outcomes, long Refusals, IReadOnlyDictionary<string, int> Reasons,
    LatencyHistogram Decided, LatencyHistogram Accepted, TimeSpan Longest, TimeSpan Duration)
{
    public long Right => Outcomes[(int)Outcome.Right];

    public long Wrong => Outcomes[(int)Outcome.Wrong];

    public long Unanswered => Outcomes[(int)Outcome.Unanswered];

    public long Failed => Outcomes[(int)Outcome.Failed];

    /// <summary>Calls that ended without a verdict since they were refused, or since their time was over when they had been.</summary>
    public long GivenUp => Outcomes[(int)Outcome.Refused] + Outcomes[(int)Outcome.OutOfTime];

    public double PerSecond(long count) => count / Duration.TotalSeconds;
}

/// <summary>Makes calls over a fixed number of connections.</summary>
internal sealed class ReviewLoad : IDisposable
{
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(1);

    private readonly ReviewConnection[] _connections;
    private readonly IReadOnlyList<TestReview> _reviews;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly long[] _outcomes = new long[Enum.GetValues<Outcome>().Length];
    private LatencyHistogram _decided = new();
    private LatencyHistogram _accepted = new();
    private TimeSpan _longest;
    private long _refusals;
    private long _made;

    public ReviewLoad(ServerProcess server, ThrowAwayCertificate certificate, int connections, IReadOnlyList<TestReview> reviews)
    {
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new ReviewConnection(server, certificate))];
        _reviews = reviews;
    }

    /// <summary>Is told of each call that has ended: when it began, as a timestamp, and what became of it.</summary>
    public Action<long, ReviewCall>? Ended { get; init; }

    /// <summary>Connects them all, a few at a time.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        foreach (var some in _connections.Chunk(16))
        {
            await Task.WhenAll(some.Select(connection => connection.OpenAsync(cancellationToken)));
        }
    }

    /// <summary>Makes the next call over each connection as soon as the last has ended.</summary>
    public async Task<ReviewCounts> KeepBusyAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Begin();
        await Task.WhenAll(_connections.Select(async connection =>
        {
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                await CallAsync(connection, cancellationToken);
            }
        }));
        return End(_made, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>
    /// Makes so many calls a second, whatever becomes of them. One that finds no free connection is not made: the API server has its own limit of requests in flight.
    /// </summary>
    /// <param name="perSecond">How many.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="isCutOff">Whether callers and connections are gone at the end, as when an API server stops; else the calls that are under way are waited for.</param>
    /// <param name="cancellationToken">Ends all of it.</param>
    public async Task<ReviewCounts> PaceAsync(double perSecond, TimeSpan duration, bool isCutOff, CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var free = new Stack<ReviewConnection>(_connections);
        var running = new List<Task>();
        var (start, wanted) = (Begin(), 0L);
        TimeSpan elapsed;
        while ((elapsed = Stopwatch.GetElapsedTime(start)) < duration)
        {
            for (var due = (long)(elapsed.TotalSeconds * perSecond); wanted < due; wanted++)
            {
                ReviewConnection? connection;
                lock (free)
                {
                    free.TryPop(out connection);
                }

                if (connection is not null)
                {
                    running.Add(CallAndFreeAsync(connection));
                }
            }

            running.RemoveAll(task => task.IsCompletedSuccessfully);
            await Task.Delay(_pace, cancellationToken);
        }

        var counts = isCutOff ? End(wanted, elapsed) : null;
        if (isCutOff)
        {
            await cut.CancelAsync();
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (isCutOff)
        {
            Dispose();
        }

        return counts ?? End(wanted, elapsed);

        async Task CallAndFreeAsync(ReviewConnection connection)
        {
            await CallAsync(connection, cut.Token);
            lock (free)
            {
                free.Push(connection);
            }
        }
    }

    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());

    private long Begin()
    {
        lock (_lock)
        {
            Array.Clear(_outcomes);
            _reasons.Clear();
            (_decided, _accepted, _longest, _refusals, _made) = (new(), new(), TimeSpan.Zero, 0, 0);
        }

        return Stopwatch.GetTimestamp();
    }

    private ReviewCounts End(long wanted, TimeSpan duration)
    {
        lock (_lock)
        {
            return new(wanted, _made, [.. _outcomes], _refusals, new Dictionary<string, int>(_reasons), _decided, _accepted, _longest, duration);
        }
    }

    private async Task CallAsync(ReviewConnection connection, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var number = Interlocked.Increment(ref _made);
        var call = await connection.CallAsync(_reviews[(int)(number % _reviews.Count)], () => Interlocked.Increment(ref _refusals), cancellationToken);
        Ended?.Invoke(start, call);
        lock (_lock)
        {
            _outcomes[(int)call.Outcome]++;
            if (call.Outcome is Outcome.Failed)
            {
                _reasons[call.Why] = _reasons.GetValueOrDefault(call.Why) + 1;
            }
            else if (call.Outcome is Outcome.Right or Outcome.Wrong)
            {
                _decided.Record(call.Took);
                _accepted.Record(call.LastTook);
                _longest = call.Took > _longest ? call.Took : _longest;
            }
        }
    }
}
