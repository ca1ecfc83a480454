using System.Diagnostics;
using System.Globalization;

namespace HaWebhook.Fuzzing.Running;

/// <summary>Runs cases on all cores, and watches that none of them hangs.</summary>
internal sealed class FuzzRun(FuzzOptions options)
{
    /// <summary>Cases that a worker takes at a time.</summary>
    private const int Block = 64;

    /// <summary>Sorts of failure after which there is no point in going on.</summary>
    private const int MostFailures = 20;

    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, FuzzFailure> _failures = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _next;
    private volatile bool _isStopped;

    /// <summary>Runs to the end, to twenty sorts of failure, or to the first case that does not end.</summary>
    /// <param name="progress">Is told now and then how many cases have begun.</param>
    /// <param name="cancellation">Ends it early.</param>
    public FuzzResult Run(Action<long> progress, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        List<(FuzzWorker Worker, Thread Thread)> running = [];
        for (var i = 0; i < options.Workers; i++)
        {
            var worker = new FuzzWorker(options);

            // In the background: one that hangs must not keep the process. With a stack as small as that of a thread of the server's pool.
            var thread = new Thread(() => Work(worker), 1_500_000) { IsBackground = true, Name = $"fuzz {i}" };
            running.Add((worker, thread));
            thread.Start();
        }

        while (running.Exists(entry => entry.Thread.IsAlive) && !HasEndless(running))
        {
            running.Find(entry => entry.Thread.IsAlive).Thread?.Join(_look);
            progress(Math.Min(Interlocked.Read(ref _next), options.Cases));
            _isStopped |= cancellation.IsCancellationRequested;
        }

        _isStopped = true;
        lock (_gate)
        {
            return new(
                options,
                [.. options.Kinds.Select((kind, index) => (kind, Sum(running.Select(entry => entry.Worker.Counts[index]))))],
                [.. _failures.Values.OrderBy(failure => failure.Case)],
                Stopwatch.GetElapsedTime(started),
                Process.GetCurrentProcess().PeakWorkingSet64);
        }
    }

    private void Work(FuzzWorker worker)
    {
        while (!_isStopped)
        {
            var first = Interlocked.Add(ref _next, Block) - Block;
            for (var number = first; number < first + Block && number < options.Cases && !_isStopped; number++)
            {
                if (worker.Run(number) is { } failure)
                {
                    Add(failure);
                }
            }

            if (first + Block >= options.Cases)
            {
                return;
            }
        }
    }

    private bool HasEndless(List<(FuzzWorker Worker, Thread Thread)> running)
    {
        foreach (var (worker, _) in running)
        {
            if (worker.Running is { } state && state.Elapsed > options.Patience)
            {
                Add(worker.Endless(state.Case));
                return true;
            }
        }

        return false;
    }

    private void Add(FuzzFailure failure)
    {
        var sort = string.Create(CultureInfo.InvariantCulture, $"{failure.Fuzzer} {string.Concat(failure.Wrong.Where(c => !char.IsAsciiDigit(c)))}");
        lock (_gate)
        {
            if (_failures.TryAdd(sort.Length > 80 ? sort[..80] : sort, failure))
            {
                _isStopped |= _failures.Count >= MostFailures;
            }
        }
    }

    private static FuzzCount Sum(IEnumerable<FuzzCount> counts)
    {
        var sum = new FuzzCount();
        foreach (var count in counts)
        {
            sum.Add(count);
        }

        return sum;
    }
}
