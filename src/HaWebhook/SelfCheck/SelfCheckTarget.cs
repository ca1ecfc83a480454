using HaWebhook.Commands;
using HaWebhook.Kubernetes;
using HaWebhook.Policy.Objects;
using HaWebhook.Serving;

namespace HaWebhook.SelfCheck;

/// <summary>What the self-check writes and which way it should come back to this server.</summary>
/// <param name="Namespace">The namespace of the Service and of the Lease.</param>
/// <param name="Service">The Service in front of this server.</param>
/// <param name="Configuration">The name of the webhook configurations that register it.</param>
internal sealed record SelfCheckTarget(string Namespace, string Service, string Configuration)
{
    /// <summary>The webhook that sees the Lease, and nothing else.</summary>
    public const string Webhook = "self-check.ha-webhook.io";

    /// <summary>The path of that webhook.</summary>
    public const string Path = "/self-check";

    /// <summary>The label by which that webhook selects the Lease; its value is the Service's name, for two installations may share a namespace.</summary>
    public const string Label = HaAnnotations.Domain + "self-check";

    /// <summary>The annotation that holds the token: new for each check, and so no answer to an earlier one is taken for an answer to this.</summary>
    public const string TokenAnnotation = HaAnnotations.Domain + "self-check-token";

    /// <summary>The Lease, which is only ever written as a dry run: there is none.</summary>
    public string Lease => $"{Service}-self-check";

    /// <summary>The name that the certificate has to be for: the one that API servers verify.</summary>
    public string ServerName => $"{Service}.{Namespace}.svc";

    /// <summary>What begins every warning of the endpoint.</summary>
    public static string WarningPrefix => Webhook + ": ";

    /// <summary>The warning that answers the write with this token.</summary>
    public string Warning(string token) => $"{WarningPrefix}{Namespace}/{Service} has seen {token}";

    /// <summary>The target that the options name.</summary>
    /// <exception cref="CommandException">There is no cluster, or the namespace is not known.</exception>
    public static SelfCheckTarget Of(ServingOptions options, KubernetesConnection? cluster)
    {
        if (cluster is null)
        {
            throw new CommandException("--self-check needs a cluster: this is no pod, and neither --kubeconfig nor KUBECONFIG is given");
        }

        var namespaceName = options.Namespace ?? cluster.Namespace
            ?? throw new CommandException("--self-check needs --namespace: the namespace of the Service, which nothing here tells");
        return new(namespaceName, options.Service, options.WebhookConfiguration ?? options.Service);
    }
}
