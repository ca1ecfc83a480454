using System.Diagnostics;

namespace HaWebhook.Benchmarks.Reliability;

/// <param name="Wanted">Reviews that were to be sent.</param>
/// <param name="Sent">Of those: sent, since a connection was free.</param>
/// <param name="Right">Of those: decided rightly.</param>
/// <param name="Wrong">Of those: decided wrongly.</param>
/// <param name="Refused">Of those: refused with 503 and Retry-After: 1.</param>
/// <param name="Reasons">Why the others failed, and how many of each.</param>
/// <param name="Decided">How long those took that were decided.</param>
/// <param name="Longest">The longest of those.</param>
/// <param name="Duration">How long it went on.</param>
/// <param name="Ended">When no more was sent, as a timestamp.</param>
internal sealed record ReviewCounts(
    long Wanted, long Sent, long Right, long Wrong, long Refused, IReadOnlyDictionary<string, int> Reasons,
    LatencyHistogram Decided, TimeSpan Longest, TimeSpan Duration, long Ended)
{
    public long Failed => Reasons.Values.Sum();

    public double Milliseconds(double share) => Decided.Percentile(share) / 1000;

    public double PerSecond(long count) => count / Duration.TotalSeconds;
}

/// <summary>Sends reviews over a fixed number of connections.</summary>
internal sealed class ReviewLoad : IDisposable
{
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(1);

    private readonly ReviewConnection[] _connections;
    private readonly IReadOnlyList<TestReview> _reviews;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly long[] _outcomes = new long[Enum.GetValues<Outcome>().Length];
    private LatencyHistogram _decided = new();
    private TimeSpan _longest;
    private long _sent;

    public ReviewLoad(ServerProcess server, ThrowAwayCertificate certificate, int connections, IReadOnlyList<TestReview> reviews)
    {
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new ReviewConnection(server, certificate))];
        _reviews = reviews;
    }

    /// <summary>Connects them all, a few at a time.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        foreach (var some in _connections.Chunk(16))
        {
            await Task.WhenAll(some.Select(connection => connection.OpenAsync(cancellationToken)));
        }
    }

    /// <summary>Sends the next review over each connection as soon as the last is answered.</summary>
    public async Task<ReviewCounts> KeepBusyAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var start = Begin();
        await Task.WhenAll(_connections.Select(async connection =>
        {
            while (Stopwatch.GetElapsedTime(start) < duration)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await SendAsync(connection);
            }
        }));
        return End(_sent, start, Stopwatch.GetTimestamp());
    }

    /// <summary>Sends so many a second, whatever becomes of them. One that finds no free connection is not sent: the API server has its own limit of calls in flight.</summary>
    public async Task<ReviewCounts> PaceAsync(double perSecond, TimeSpan duration, CancellationToken cancellationToken)
    {
        var free = new Stack<ReviewConnection>(_connections);
        var running = new List<Task>();
        var (start, wanted) = (Begin(), 0L);
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < duration)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var due = (long)(elapsed.TotalSeconds * perSecond); wanted < due; wanted++)
            {
                ReviewConnection? connection;
                lock (free)
                {
                    free.TryPop(out connection);
                }

                if (connection is not null)
                {
                    running.Add(SendAndFreeAsync(connection));
                }
            }

            running.RemoveAll(task => task.IsCompletedSuccessfully);
            await Task.Delay(_pace, cancellationToken);
        }

        var ended = Stopwatch.GetTimestamp();
        await Task.WhenAll(running);
        return End(wanted, start, ended);

        async Task SendAndFreeAsync(ReviewConnection connection)
        {
            await SendAsync(connection);
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
            (_decided, _longest, _sent) = (new(), TimeSpan.Zero, 0);
        }

        return Stopwatch.GetTimestamp();
    }

    private ReviewCounts End(long wanted, long start, long ended)
    {
        lock (_lock)
        {
            return new(
                wanted, _sent, _outcomes[(int)Outcome.Right], _outcomes[(int)Outcome.Wrong], _outcomes[(int)Outcome.Refused],
                new Dictionary<string, int>(_reasons), _decided, _longest, Stopwatch.GetElapsedTime(start, ended), ended);
        }
    }

    private async Task SendAsync(ReviewConnection connection)
    {
        var start = Stopwatch.GetTimestamp();
        var number = Interlocked.Increment(ref _sent);
        var (outcome, why) = await connection.SendAsync(_reviews[(int)(number % _reviews.Count)]);
        var took = Stopwatch.GetElapsedTime(start);
        lock (_lock)
        {
            _outcomes[(int)outcome]++;
            if (outcome is Outcome.Failed)
            {
                _reasons[why] = _reasons.GetValueOrDefault(why) + 1;
            }
            else if (outcome is not Outcome.Refused)
            {
                _decided.Record(took);
                _longest = took > _longest ? took : _longest;
            }
        }
    }
}
