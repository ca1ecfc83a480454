using System.Runtime.InteropServices;

namespace HaWebhook.Serving;

/// <summary>
/// The signals that ask the server to go. The default lifetime of a host would stop it there and then; this one leaves it to the command, so that it can drain
/// first. It works the same for the first process of a container, for which a signal without a handler is lost.
/// </summary>
internal sealed class StopSignals : IHostLifetime, IDisposable
{
    private readonly TaskCompletionSource<PosixSignal?> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _any = new();
    private readonly CancellationTokenSource _again = new();
    private readonly List<PosixSignalRegistration> _registrations;

    public StopSignals(IHostApplicationLifetime application)
    {
        application.ApplicationStopping.Register(() => _first.TrySetResult(null));
        _registrations = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, Take))];
    }

    /// <summary>The first signal; null where the server stops for a reason of its own.</summary>
    public Task<PosixSignal?> First => _first.Task;

    /// <summary>Ends with the first signal: a server that is still starting has nothing to drain.</summary>
    public CancellationToken Any => _any.Token;

    /// <summary>Ends with the second signal: whoever asks twice wants it now.</summary>
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
        (_first.TrySetResult(context.Signal) ? _any : _again).Cancel();
    }
}
