using HaWebhook.Kubernetes.Credentials;
using k8s;

namespace HaWebhook.Kubernetes;

/// <summary>Which API server to talk to, whom to trust and who to be. Made by <see cref="InCluster"/> or <see cref="KubeConfig"/>.</summary>
public sealed class KubernetesConnection
{
    /// <param name="origin">Where this is read, for people.</param>
    /// <param name="read">Reads it, now and whenever the server refuses what was read.</param>
    internal KubernetesConnection(string origin, Func<KubernetesClientConfiguration> read)
    {
        Origin = origin;
        Identity = new Identity(origin, read);
        var host = Identity.Configuration.Host;

        // Relative addresses replace whatever follows the last slash.
        Server = new Uri(host.EndsWith('/') ? host : host + "/");
    }

    /// <summary>The API server; the path, where there is one, is that of a proxy in front of it.</summary>
    public Uri Server { get; }

    /// <summary>Where this was read, for people: "in-cluster", or a kubeconfig's path and context.</summary>
    public string Origin { get; }

    /// <summary>The namespace that is meant where none is named; null where nothing says.</summary>
    public string? Namespace => Identity.Configuration.Namespace is { Length: > 0 } name ? name.Trim() : null;

    internal Identity Identity { get; }

    /// <summary>The proxy of this cluster; null for the one that the environment names, if it may.</summary>
    internal Uri? Proxy { get; init; }

    internal bool MayUseEnvironmentsProxy { get; init; }

    /// <summary>As whom to act, where that is not who one is; null for oneself.</summary>
    internal Impersonation? Impersonation { get; init; }
}
