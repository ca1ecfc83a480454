using System.Runtime.InteropServices;

namespace HaWebhook.Benchmarks;

/// <summary>What every measuring command has around it.</summary>
internal static class Measurement
{
    /// <summary>Runs several parts at the same time. Where one fails, the others end, too.</summary>
    public static async Task TogetherAsync(CancellationToken stop, params Func<CancellationToken, Task>[] parts)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAll(parts.Select(async part =>
        {
            try
            {
                await part(end.Token);
            }
            catch
            {
                await end.CancelAsync();
                throw;
            }
        }));
    }

    /// <summary>Runs a command until it ends or is told to end, and says in a line why it could not run.</summary>
    /// <param name="measure">The command; its result is the exit code.</param>
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> measure)
    {
        // By hand: the token that System.CommandLine 2.0.0 passes is not cancelled on SIGTERM, and the servers would outlive this process.
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            Commands.RequireRelease();
            return await measure(stop.Token);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or HttpRequestException)
        {
            Console.Error.WriteLine(exception.Message);
            return Commands.CouldNotRun;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped.");
            return Commands.CouldNotRun;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
