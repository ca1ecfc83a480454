using System.CommandLine;
using System.Net;
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
        var port = EnvironmentOption.Create("--port", "Port of the webhooks, over TLS; 0 for any free one.", 10250, CommandOptions.TryPort);
        var healthPort = EnvironmentOption.Create("--health-port", "Port of /livez and /readyz, over plain HTTP; 0 for any free one.", 8080, CommandOptions.TryPort);
        var bind = EnvironmentOption.Create("--bind", "The address to listen on.", IPAddress.Loopback, CommandOptions.TryAddress);
        var certificate = EnvironmentOption.Create<string?>("--tls-cert", "PEM file of the certificate and its chain.", null, CommandOptions.TryText);
        var key = EnvironmentOption.Create<string?>("--tls-key", "PEM file of the certificate's key.", null, CommandOptions.TryText);
        var noCluster = EnvironmentOption.Create("--no-cluster", "Judge objects by themselves, without looking at a cluster.", false, CommandOptions.TrySwitch);
        noCluster.Arity = ArgumentArity.ZeroOrOne;
        var kubeConfig = EnvironmentOption.Create<string?>(
            "--kubeconfig", "The kubeconfig that leads to the cluster; without one the pod's own credentials, else KUBECONFIG.", null, CommandOptions.TryText);
        var context = EnvironmentOption.Create<string?>("--context", "A context of the kubeconfig; without one its current context.", null, CommandOptions.TryText);
        var service = EnvironmentOption.Create(
            "--service", "The Service in front of the webhook: certificates and webhook configurations name it.", ServingOptions.DefaultService, CommandOptions.TryName);
        var namespaceName = EnvironmentOption.Create<string?>("--namespace", "The namespace of the Service; without one the pod's own.", null, CommandOptions.TryName!);
        var policy = CommandOptions.Policy();
        var mode = CommandOptions.Mode();
        var drainTime = EnvironmentOption.Create(
            "--drain-time", "How long at least to serve on after SIGTERM, until nobody asks any more.", new ServingOptions().DrainTime, TryDrainTime);
        var command = new Command("serve", "Serve the admission webhook.") { port, healthPort, bind, certificate, key, policy, mode, kubeConfig, context, noCluster, service, namespaceName };
        command.Add(drainTime);
        command.Validators.Add(result =>
        {
            if (result.GetValue(certificate) is null != result.GetValue(key) is null)
            {
                result.AddError("--tls-cert and --tls-key come together or not at all");
            }

            if (result.GetValue(noCluster) && (result.GetValue(kubeConfig) ?? result.GetValue(context)) is not null)
            {
                result.AddError("--no-cluster goes without --kubeconfig and --context");
            }
        });
        command.SetAction((parsed, _) => RunAsync(
            new ServingOptions
            {
                Port = parsed.GetValue(port),
                HealthPort = parsed.GetValue(healthPort),
                Bind = parsed.GetValue(bind)!,
                TlsCertificate = parsed.GetValue(certificate),
                TlsKey = parsed.GetValue(key),
                PolicyFile = parsed.GetValue(policy),
                Mode = parsed.GetValue(mode),
                KubeConfig = parsed.GetValue(kubeConfig),
                Context = parsed.GetValue(context),
                NoCluster = parsed.GetValue(noCluster),
                Service = parsed.GetValue(service)!,
                Namespace = parsed.GetValue(namespaceName),
                DrainTime = parsed.GetValue(drainTime),
            }));
        return command;
    }

    private static async Task<int> RunAsync(ServingOptions options)
    {
        if (options.Port == options.HealthPort && options.Port != 0)
        {
            throw new CommandException($"--port and --health-port are both {options.Port}; they must differ");
        }

        var connection = ClusterConnection.Find(options, Environment.GetEnvironmentVariable, TimeProvider.System);
        using var host = AdmissionServer.CreateHostBuilder(options, TimeProvider.System, connection)
            .ConfigureServices(services => services.AddSingleton<StopSignals>().AddSingleton<IHostLifetime>(provider => provider.GetRequiredService<StopSignals>()))
            .Build();
        var signals = host.Services.GetRequiredService<StopSignals>();

        // Made before a port opens: a server without a policy or a certificate must not answer.
        host.Services.GetRequiredService<FilePolicy>();
        host.Services.GetRequiredService<IServingCertificate>();
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

        if (await signals.First is { } signal)
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

        return host.Services.GetService<ClusterCaches>()?.ExecuteTask is { IsFaulted: true } ? ExitCode.CouldNotRun : ExitCode.Success;
    }

    /// <summary>Kubernetes kills a pod in the end that takes longer than its grace period, and nobody sets one of hours.</summary>
    private static bool TryDrainTime(string text, out TimeSpan value, out string expected)
    {
        var isDuration = CommandOptions.TryDuration(text, out value, out _);
        expected = "a whole number with s or m, such as 15s, and at most 60m";
        return isDuration && value <= TimeSpan.FromHours(1);
    }

    private static partial class Log
    {
        [LoggerMessage(54, LogLevel.Information, "the cluster is {Server} ({Origin})")]
        public static partial void Cluster(ILogger logger, Uri server, string origin);

        [LoggerMessage(55, LogLevel.Warning, "this is no pod, and neither --kubeconfig nor KUBECONFIG is given: every object is judged by itself, as with --no-cluster")]
        public static partial void NoCluster(ILogger logger);
    }
}
