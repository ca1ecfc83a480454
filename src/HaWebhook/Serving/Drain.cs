using System.Runtime.InteropServices;

namespace HaWebhook.Serving;

/// <summary>
/// The way out. An API server keeps up to 25 idle connections to a pod for 90 seconds, also when the pod is no endpoint any more, and never sends a
/// review again whose connection broke (golang net/http, Transport: a POST is not replayable). So the server goes on answering, each answer
/// says <c>Connection: close</c>, and what comes next goes to another replica. It stops when nobody asks any more.
/// </summary>
internal sealed partial class Drain(AdmissionConnections connections, ServingOptions options, TimeProvider clock, ILogger<Drain> logger)
{
    private static readonly TimeSpan _lookInterval = TimeSpan.FromMilliseconds(50);

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDraining;
    private volatile bool _hasFailed;
    private long _answered;
    private long _lastAsked;

    /// <summary>Whether the server is on its way out. Without this every connection is kept.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Ends when the drain begins: another replica had better do what only one does.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Whether it is on its way out because it has failed, and not because it was told to go.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>Lets the client go with this answer. For each request to the webhooks' port while the server drains; those to the health port come and go anyway.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isWebhook">Whether it is for a webhook. Who asks after the health there, as a load balancer may for ever, holds nothing up.</param>
    public void Release(HttpContext context, bool isWebhook)
    {
        context.Response.Headers.Connection = "close";
        if (!isWebhook)
        {
            return;
        }

        Interlocked.Increment(ref _answered);
        Volatile.Write(ref _lastAsked, clock.GetTimestamp());
    }

    /// <summary>Answers on until the server can stop without losing a call.</summary>
    /// <param name="signal">What asked for it; null where the server has failed.</param>
    /// <param name="stopNow">Ends it at once.</param>
    public async Task RunAsync(PosixSignal? signal, CancellationToken stopNow)
    {
        // It takes the cluster seconds to see that this replica goes; nobody sees a Ctrl-C, and whoever typed it waits.
        var (least, quiet) = signal is PosixSignal.SIGTERM or null ? (options.DrainTime, options.QuietTime) : (TimeSpan.Zero, TimeSpan.Zero);
        var started = clock.GetTimestamp();
        Volatile.Write(ref _lastAsked, started);
        _hasFailed = signal is null;
        _isDraining = true;
        _begun.TrySetResult();
        Log.Draining(logger, signal?.ToString() ?? "a failure", least.TotalSeconds, connections.Count);
        var isQuiet = false;
        try
        {
            // An idle connection is left until it asks once more: closed now, it could be just where the next review is on its way to.
            await Task.Delay(least, clock, stopNow);
            isQuiet = await CloseUnusedAsync(quiet, stopNow);
        }
        catch (OperationCanceledException)
        {
            Log.StoppingAtOnce(logger, connections.Count);
            return;
        }

        var (took, answered) = (clock.GetElapsedTime(started).TotalSeconds, Interlocked.Read(ref _answered));
        if (isQuiet)
        {
            Log.Drained(logger, took, answered);
        }
        else
        {
            Log.StillAsked(logger, took, answered);
        }
    }

    /// <summary>
    /// Closes the connections that have not asked since: those are hardly ever used. The port stays open for whoever would have used one and is still led here.
    /// </summary>
    /// <returns>Whether it became quiet.</returns>
    private async Task<bool> CloseUnusedAsync(TimeSpan quiet, CancellationToken stopNow)
    {
        var started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started) < options.LongestWaitForQuiet)
        {
            // Half of the quiet time is enough to begin a request on a new connection.
            connections.Close(olderThan: quiet / 2);
            var isQuiet = clock.GetElapsedTime(started) >= quiet && clock.GetElapsedTime(Volatile.Read(ref _lastAsked)) >= quiet;
            if (isQuiet && (quiet > TimeSpan.Zero || connections.Count == 0))
            {
                return true;
            }

            await Task.Delay(_lookInterval, clock, stopNow);
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(80, LogLevel.Information, "{Signal}: draining for at least {Seconds} s, {Connections} connections are open; Ctrl-C (SIGINT) stops at once")]
        public static partial void Draining(ILogger logger, string signal, double seconds, int connections);

        [LoggerMessage(81, LogLevel.Information, "drained in {Seconds:0.0} s: {Answered} requests were answered meanwhile")]
        public static partial void Drained(ILogger logger, double seconds, long answered);

        [LoggerMessage(82, LogLevel.Warning, "stopping after {Seconds:0.0} s though requests still come ({Answered} were answered meanwhile): this replica is still an endpoint, or traffic bypasses the Service")]
        public static partial void StillAsked(ILogger logger, double seconds, long answered);

        [LoggerMessage(83, LogLevel.Warning, "SIGINT: stopping at once, {Connections} connections are cut off")]
        public static partial void StoppingAtOnce(ILogger logger, int connections);
    }
}
