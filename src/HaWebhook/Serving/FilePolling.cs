namespace HaWebhook.Serving;

/// <summary>Looks at the policy file and the certificate files again and again.</summary>
internal sealed class FilePolling(FilePolicy policy, ServingCertificate certificate, ServingOptions options, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.PollInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                policy.Refresh();
                certificate.Refresh();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
