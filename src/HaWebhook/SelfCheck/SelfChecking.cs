using HaWebhook.Serving;

namespace HaWebhook.SelfCheck;

/// <summary>
/// Checks again and again, from when the server is ready until it stops. A failure takes no replica out: the others would fail in the same way.
/// </summary>
internal sealed class SelfChecking(
    SelfCheckProbe probe, SelfCheckLog log, SelfCheckMetrics metrics, Readiness readiness, ServingOptions options, TimeProvider clock) : BackgroundService
{
    /// <summary>How long after the server is ready it is checked first: as long as it takes at most until its Service leads to it, as a rule.</summary>
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var wait = options.SelfCheckInterval < _settling ? options.SelfCheckInterval : _settling;
            do
            {
                await Task.Delay(wait, clock, stoppingToken);
            }
            while (readiness.NotReady is not null);

            while (true)
            {
                var started = clock.GetTimestamp();
                var result = await probe.CheckAsync(stoppingToken);
                metrics.Checked(result, clock.GetElapsedTime(started));
                log.Checked(result);

                // Replicas that started together must not check together for ever.
                await Task.Delay(options.SelfCheckInterval * (0.8 + (0.2 * Random.Shared.NextDouble())), clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
