using HaWebhook.Commands;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;

namespace HaWebhook.Cluster;

/// <summary>Finds the cluster that the options and the environment speak of.</summary>
internal static class ClusterConnection
{
    /// <summary>
    /// The connection: of the kubeconfig that is given, else of the pod that this runs in, else of the variable KUBECONFIG. Null where there is none of
    /// them, and with --no-cluster. A kubeconfig that merely lies in the home directory is not taken: a server is not started against a cluster by chance.
    /// </summary>
    /// <param name="options">How the server is run.</param>
    /// <param name="environment">Gives an environment variable, or null.</param>
    /// <exception cref="CommandException">The connection that is spoken of cannot be made.</exception>
    public static KubernetesConnection? Find(ServingOptions options, Func<string, string?> environment)
    {
        if (options.NoCluster)
        {
            return null;
        }

        try
        {
            if (options.KubeConfig is null && options.Context is null && InCluster.IsAvailable(environment))
            {
                return InCluster.Connect(environment);
            }

            return options.KubeConfig is not null || options.Context is not null || environment("KUBECONFIG") is { Length: > 0 }
                ? KubeConfig.Load(options.KubeConfig, options.Context, environment)
                : null;
        }
        catch (KubernetesConfigurationException exception)
        {
            throw new CommandException(exception.Message);
        }
    }
}
