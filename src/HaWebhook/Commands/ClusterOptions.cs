using System.CommandLine;
using System.CommandLine.Parsing;
using HaWebhook.Cluster;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;

namespace HaWebhook.Commands;

/// <summary>The options by which a command that ends finds its cluster.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> _kubeConfig = CommandOptions.KubeConfig();
    private readonly Option<string?> _context = CommandOptions.Context();

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_kubeConfig);
        command.Add(_context);
    }

    /// <summary>Whether a command line gives one of them, and does not leave them to the environment.</summary>
    public bool IsGiven(CommandResult command) => command.GetResult(_kubeConfig) is { Implicit: false } || command.GetResult(_context) is { Implicit: false };

    /// <summary>Does something with a client of the cluster.</summary>
    /// <exception cref="CommandException">There is no cluster, or it cannot be asked.</exception>
    public async Task<int> RunAsync(ParseResult parsed, Func<KubernetesClient, Task<int>> run)
    {
        var options = new ServingOptions { KubeConfig = parsed.GetValue(_kubeConfig), Context = parsed.GetValue(_context) };
        var connection = ClusterConnection.Find(options, Environment.GetEnvironmentVariable)
            ?? throw new CommandException("there is no cluster: this is no pod, and neither --kubeconfig nor KUBECONFIG is given");
        using var client = new KubernetesClient(connection, TimeProvider.System);
        try
        {
            return await run(client);
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or IOException or TimeoutException or InvalidDataException or KubernetesConfigurationException)
        {
            throw new CommandException(exception.Message);
        }
    }
}
