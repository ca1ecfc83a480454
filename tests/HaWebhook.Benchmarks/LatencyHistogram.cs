using System.Numerics;

namespace HaWebhook.Benchmarks;

/// <summary>Counts latencies in microseconds, in buckets that are never wider than 1/64 of the value.</summary>
internal sealed class LatencyHistogram
{
    private const int Steps = 64;
    private const int StepBits = 6;

    private readonly long[] _counts = new long[Steps * (65 - StepBits)];

    public long Count { get; private set; }

    public void Record(TimeSpan latency)
    {
        _counts[BucketOf((ulong)latency.TotalMicroseconds)]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        Count += other.Count;
    }

    /// <returns>The upper edge, in microseconds, of the bucket in which the percentile falls.</returns>
    public double Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(Count * share);
        var seen = 0L;
        var bucket = -1;
        while (seen < wanted)
        {
            bucket++;
            seen += _counts[bucket];
        }

        return bucket < 0 ? 0 : UpperEdgeOf(bucket);
    }

    // Below 64 every value has its own bucket; above, each power of two is cut into 64 steps.
    private static int BucketOf(ulong value)
    {
        var shift = Math.Max(0, BitOperations.Log2(value) - StepBits);
        return value < Steps ? (int)value : ((shift + 1) * Steps) + (int)((value >> shift) - Steps);
    }

    private static double UpperEdgeOf(int bucket) =>
        bucket < Steps ? bucket : Math.ScaleB(Steps + (bucket % Steps) + 1, (bucket / Steps) - 1);
}
