using HaWebhook.Commands;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;

namespace HaWebhook.Certificates;

/// <summary>Under which names the server stands in the cluster.</summary>
/// <param name="Namespace">The namespace of the Service and the Secret.</param>
/// <param name="Service">The Service in front of the server.</param>
/// <param name="Secret">The Secret of the authority.</param>
/// <param name="Configuration">The name of both webhook configurations.</param>
internal sealed record ServiceIdentity(string Namespace, string Service, string Secret, string Configuration)
{
    /// <summary>The name that API servers ask for and check; nothing else will do (measured).</summary>
    public string DnsName => $"{Service}.{Namespace}.svc";

    /// <summary>All names that a certificate is made for: what API servers ask for, and what people and probes in the cluster may use.</summary>
    public IReadOnlyList<string> DnsNames => [DnsName, $"{DnsName}.cluster.local", $"{Service}.{Namespace}", Service];

    /// <summary>The names that options and connection give.</summary>
    /// <exception cref="CommandException">There is no cluster, or no namespace.</exception>
    public static ServiceIdentity Of(ServingOptions options, KubernetesConnection? cluster)
    {
        const string What = "--certificates self-managed";
        if (cluster is null)
        {
            throw new CommandException(options.NoCluster
                ? $"{What} keeps its authority in a Secret of the cluster: it does not go with --no-cluster"
                : $"{What} keeps its authority in a Secret of the cluster, but this is no pod, and neither --kubeconfig nor KUBECONFIG is given");
        }

        var name = options.Namespace ?? cluster.Namespace ?? throw new CommandException($"{What} needs the Service's namespace: give it with --namespace");
        return new(name, options.Service, options.Certificates.Secret ?? $"{options.Service}-ca", options.WebhookConfiguration ?? options.Service);
    }
}
