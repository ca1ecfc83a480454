using System.CommandLine;
using HaWebhook.Kubernetes;

namespace HaWebhook.Commands;

/// <summary>
/// <c>ha-webhook uninstall</c>: takes the webhook out of the API server's way before its pods go. A configuration that outlives them stops every write where
/// its failurePolicy is Fail, and is waited for where it is Ignore.
/// </summary>
internal static class UninstallCommand
{
    private static readonly ResourceType[] _configurations =
    [
        new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", IsNamespaced: false),
        new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", IsNamespaced: false),
    ];

    public static Command Create()
    {
        var configuration = EnvironmentOption.Create(
            "--webhook-configuration", "The name of both webhook configurations.", "ha-webhook", CommandOptions.TryName);
        var cluster = new ClusterOptions();
        var command = new Command("uninstall", "Remove the webhook configurations, so that the API server asks no more.") { configuration };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellation) => cluster.RunAsync(parsed, client => RunAsync(client, parsed.GetValue(configuration)!, cancellation)));
        return command;
    }

    /// <summary>Removes both, and the second also where the first cannot be removed.</summary>
    private static async Task<int> RunAsync(KubernetesClient client, string name, CancellationToken cancellation)
    {
        var problems = new List<string>();
        foreach (var resource in _configurations)
        {
            try
            {
                await client.DeleteAsync(resource, null, name, cancellation);
                Console.Out.WriteLine($"{resource.Plural} {name}: removed");
            }
            catch (KubernetesApiException exception) when (exception.IsNotFound)
            {
                Console.Out.WriteLine($"{resource.Plural} {name}: not there");
            }
            catch (KubernetesApiException exception)
            {
                problems.Add(exception.Message);
            }
        }

        return problems.Count == 0 ? ExitCode.Success : throw new CommandException(problems);
    }
}
