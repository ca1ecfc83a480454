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

    /// <summary>The names that options and connection give; null where there is no cluster, or nothing tells the namespace.</summary>
    public static ServiceIdentity? TryOf(ServingOptions options, KubernetesConnection? cluster) =>
        cluster is not null && (options.Namespace ?? cluster.Namespace) is { } name
            ? new(name, options.Service, options.Certificates.Secret ?? $"{options.Service}-ca", options.WebhookConfiguration ?? options.Service)
            : null;

    /// <summary>The same for what cannot be without.</summary>
    /// <param name="option">The option that asks for it.</param>
    /// <param name="options">The options.</param>
    /// <param name="cluster">The connection; null for none.</param>
    /// <exception cref="CommandException">There is no cluster, or no namespace.</exception>
    public static ServiceIdentity Of(string option, ServingOptions options, KubernetesConnection? cluster) => TryOf(options, cluster) ?? throw new CommandException(
        cluster is not null ? $"{option} needs the namespace of the Service, which nothing here tells: give it with --namespace"
        : options.NoCluster ? $"{option} needs a cluster: it does not go with --no-cluster"
        : $"{option} needs a cluster: this is no pod, and neither --kubeconfig nor KUBECONFIG is given");
}
