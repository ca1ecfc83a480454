using System.CommandLine;
using System.Net.Sockets;
using HaWebhook.Certificates;
using HaWebhook.Cluster;
using HaWebhook.Serving;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook serve</c>: the admission webhook.</summary>
internal static partial class ServeCommand
{
    public static Command Create()
    {
        var options = new ServeOptions();
        var command = new Command("serve", "Serve the admission webhook.");
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.SetAction((parsed, _) => RunAsync(options.Of(parsed)));
        return command;
    }

    private static async Task<int> RunAsync(ServingOptions options)
    {
        if (ServeOptions.ProblemsOf(options).ToList() is { Count: > 0 } problems)
        {
            throw new CommandException(problems) { Command = "serve" };
        }

        var connection = ClusterConnection.Find(options, Environment.GetEnvironmentVariable);
        using var host = AdmissionServer.CreateHostBuilder(options, TimeProvider.System, connection)
            .ConfigureServices(services => services.AddSingleton<StopSignals>().AddSingleton<IHostLifetime>(provider => provider.GetRequiredService<StopSignals>()))
            .Build();
        var signals = host.Services.GetRequiredService<StopSignals>();

        // Made before a port opens: a server without a policy or a certificate must not answer.
        host.Services.GetRequiredService<FilePolicy>();
        host.Services.GetRequiredService<Handshake>();
        if (connection is not null)
        {
            Log.Cluster(host.Services.GetRequiredService<ILogger<ClusterCaches>>(), connection.Server, connection.Origin);
        }
        else if (!options.NoCluster)
        {
            Log.NoCluster(host.Services.GetRequiredService<ILogger<NoCluster>>());
        }

        try
        {
            await host.StartAsync(signals.Any);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new CommandException($"cannot listen on {options.Bind}, ports {options.Port} and {options.HealthPort}: {exception.Message}");
        }
        catch (OperationCanceledException) when (signals.Any.IsCancellationRequested)
        {
            return ExitCode.Success;
        }

        return await ServeAsync(host);
    }

    /// <summary>Serves until it is told to go or something in it fails, and drains.</summary>
    /// <param name="host">The server, started.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> ServeAsync(IHost host)
    {
        var signals = host.Services.GetRequiredService<StopSignals>();
        var signal = await signals.First;
        var failed = Failed(host);
        if (failed is not null)
        {
            Log.Failed(host.Services.GetRequiredService<ILogger<StopSignals>>(), failed.ExecuteTask!.Exception!.GetBaseException(), failed.GetType().Name);
        }

        // Of a server that never was ready nobody takes anything.
        if (signal is not null || host.Services.GetRequiredService<Readiness>().NotReady is null)
        {
            await host.Services.GetRequiredService<Drain>().RunAsync(signal, signals.Again);
        }

        try
        {
            await host.StopAsync(signals.Again);
        }
        catch (OperationCanceledException) when (signals.Again.IsCancellationRequested)
        {
            // Cut off, as was asked for.
        }

        // It may have failed while it drained, too.
        return Failed(host) is null ? ExitCode.Success : ExitCode.CouldNotRun;
    }

    private static BackgroundService? Failed(IHost host) =>
        host.Services.GetServices<IHostedService>().OfType<BackgroundService>().FirstOrDefault(service => service.ExecuteTask is { IsFaulted: true });

    private static partial class Log
    {
        [LoggerMessage(54, LogLevel.Information, "the cluster is {Server} ({Origin})")]
        public static partial void Cluster(ILogger logger, Uri server, string origin);

        [LoggerMessage(55, LogLevel.Warning, "this is no pod, and neither --kubeconfig nor KUBECONFIG is given: every object is judged by itself, as with --no-cluster")]
        public static partial void NoCluster(ILogger logger);

        [LoggerMessage(85, LogLevel.Critical, "{Service} has failed and is not to be mended: the server answers until it is no endpoint any more, and ends, to be started anew")]
        public static partial void Failed(ILogger logger, Exception exception, string service);
    }
}
