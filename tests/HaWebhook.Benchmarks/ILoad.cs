namespace HaWebhook.Benchmarks;

/// <summary>Keeps a fixed number of connections busy, each with one review at a time, for a fixed time.</summary>
internal interface ILoad
{
    string Description { get; }

    /// <exception cref="InvalidOperationException">Any review failed: figures of a run with errors mean nothing.</exception>
    Task<LoadResult> RunAsync(Uri server, ReviewCase review, int connections, TimeSpan duration, CancellationToken cancellationToken);
}

internal sealed record LoadResult(long Reviews, TimeSpan Duration, double P50Microseconds, double P99Microseconds);
