namespace HaWebhook.Serving;

/// <summary>Looks at the policy file and the certificate files again and again.</summary>
internal sealed partial class FilePolling(
    FilePolicy policy, ServingCertificate certificate, ServingOptions options, TimeProvider clock, ILogger<FilePolling> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.PollInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look(policy.Refresh);
                Look(certificate.Refresh);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>A file that cannot be looked at now must end neither the looking nor the server.</summary>
    private void Look(Action refresh)
    {
        try
        {
            refresh();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Log.Failed(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Error, "looking at the policy or the certificate failed; what is in force stays")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
