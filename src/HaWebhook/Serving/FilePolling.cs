namespace HaWebhook.Serving;

/// <summary>Looks at the files that the server lives on again and again.</summary>
internal sealed partial class FilePolling(
    IEnumerable<IPolledFile> files, ServingOptions options, TimeProvider clock, ILogger<FilePolling> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.PollInterval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var file in files)
                {
                    Look(file);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>A file that cannot be looked at now must end neither the looking nor the server.</summary>
    private void Look(IPolledFile file)
    {
        try
        {
            file.Refresh();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Log.Failed(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Error, "looking at a file failed; what is in force stays")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
