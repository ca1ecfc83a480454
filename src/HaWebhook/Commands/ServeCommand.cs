using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using HaWebhook.Serving;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook serve</c>: the admission webhook.</summary>
internal static class ServeCommand
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
        var policy = CommandOptions.Policy();
        var mode = CommandOptions.Mode();
        var command = new Command("serve", "Serve the admission webhook.") { port, healthPort, bind, certificate, key, policy, mode, noCluster };
        command.Validators.Add(result =>
        {
            if (result.GetValue(certificate) is null != result.GetValue(key) is null)
            {
                result.AddError("--tls-cert and --tls-key come together or not at all");
            }
        });
        command.SetAction((parsed, cancellation) => RunAsync(
            new ServingOptions
            {
                Port = parsed.GetValue(port),
                HealthPort = parsed.GetValue(healthPort),
                Bind = parsed.GetValue(bind)!,
                TlsCertificate = parsed.GetValue(certificate),
                TlsKey = parsed.GetValue(key),
                PolicyFile = parsed.GetValue(policy),
                Mode = parsed.GetValue(mode),
            },
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ServingOptions options, CancellationToken cancellation)
    {
        using var host = AdmissionServer.CreateHostBuilder(options, TimeProvider.System).Build();

        // Made before a port opens: a server without a policy or a certificate must not answer.
        host.Services.GetRequiredService<FilePolicy>();
        host.Services.GetRequiredService<ServingCertificate>();
        try
        {
            await host.StartAsync(cancellation);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new CommandException($"cannot listen on {options.Bind}, ports {options.Port} and {options.HealthPort}: {exception.Message}");
        }

        await host.WaitForShutdownAsync(cancellation);
        return ExitCode.Success;
    }
}
