using System.Runtime.InteropServices;

namespace HaWebhook.Serving;

/// <summary>
/// The signals that ask the server to go. The default lifetime of a host would stop it there and then; this one leaves it to the command, so that it can drain
/// first. It works the same for the first process of a container, for which a signal without a handler is lost.
/// </summary>
internal sealed partial class StopSignals : IHostLifetime, IDisposable
{
    private readonly TaskCompletionSource<PosixSignal?> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _any = new();
    private readonly CancellationTokenSource _again = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private readonly ILogger _logger;

    public StopSignals(IHostApplicationLifetime application, ILogger<StopSignals> logger)
    {
        _logger = logger;
        application.ApplicationStopping.Register(() => _first.TrySetResult(null));
        _registrations = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, Take))];
    }

    /// <summary>The first signal; null where the server stops for a reason of its own.</summary>
    public Task<PosixSignal?> First => _first.Task;

    /// <summary>Ends with the first signal: a server that is still starting has nothing to drain.</summary>
    public CancellationToken Any => _any.Token;

    /// <summary>
    /// Ends with a Ctrl-C that comes after the first signal: whoever types it wants it now. A SIGTERM that comes again does not: no person sends it, and what it would cut
    /// off are reviews.
    /// </summary>
    public CancellationToken Again => _again.Token;

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _any.Dispose();
        _again.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        // Else the runtime ends the process when this returns.
        context.Cancel = true;
        if (_first.TrySetResult(context.Signal))
        {
            _any.Cancel();
        }
        else if (context.Signal == PosixSignal.SIGINT)
        {
            _again.Cancel();
        }
        else
        {
            Log.Stopping(_logger, context.Signal);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(84, LogLevel.Information, "{Signal} again: the server is stopping already; Ctrl-C (SIGINT) stops at once")]
        public static partial void Stopping(ILogger logger, PosixSignal signal);
    }
}
