using System.CommandLine;
using HaWebhook.Certificates;
using HaWebhook.Checking;
using HaWebhook.Demo;
using HaWebhook.Serving;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook demo [FILE|DIR]</c>: the real server on this machine, and what a person at kubectl would see of it.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var paths = CommandOptions.Paths("Files, directories, or - for standard input; without any, the samples.", ArgumentArity.ZeroOrMore);
        var policy = CommandOptions.Policy();
        var mode = CommandOptions.Mode();
        var command = new Command("demo", "Start the server on this machine and send manifests through it, as an API server would.") { paths, policy, mode };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(paths)!,
            new ServingOptions { Port = 0, HealthPort = 0, PolicyFile = parsed.GetValue(policy), Mode = parsed.GetValue(mode) },
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, ServingOptions options, CancellationToken cancellation)
    {
        var files = paths.Length == 0 ? DemoSamples.Read() : ReadFiles(paths);
        using var host = AdmissionServer.CreateHostBuilder(options, TimeProvider.System)
            .ConfigureLogging(logging => logging.ClearProviders())
            .Build();
        var policy = host.Services.GetRequiredService<FilePolicy>();
        var certificate = host.Services.GetRequiredService<IServingCertificate>().Current!;
        await host.StartAsync(cancellation);
        try
        {
            var addresses = host.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
            using var apiServer = new ApiServerStandIn(new Uri(addresses.Single(address => address.StartsWith("https:", StringComparison.Ordinal))), certificate.TargetCertificate);
            var demo = new DemoRun(apiServer, policy.Evaluators.Base, Terminal.StandardOutput());
            return await demo.RunAsync(files, showScale: paths.Length == 0, cancellation) ? ExitCode.Success : ExitCode.CouldNotRun;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    private static List<ManifestFile> ReadFiles(string[] paths)
    {
        using var input = Console.OpenStandardInput();
        return [.. ManifestFiles.Read(paths, input)];
    }
}
