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
        Identity = new Identity(origin, read, TimeProvider.System);
        var configuration = Identity.Known.Configuration;

        // Relative addresses replace whatever follows the last slash.
        Server = new Uri(configuration.Host.EndsWith('/') ? configuration.Host : configuration.Host + "/");
        Namespace = configuration.Namespace?.Trim() is { Length: > 0 } name ? name : null;
        TlsServerName = configuration.TlsServerName is { Length: > 0 } server ? server : null;
    }

    /// <summary>The API server; the path, where there is one, is that of a proxy in front of it.</summary>
    public Uri Server { get; }

    /// <summary>Where this was read, for people: "in-cluster", or a kubeconfig's path and context.</summary>
    public string Origin { get; }

    /// <summary>The namespace that is meant where none is named; null where nothing says.</summary>
    public string? Namespace { get; }

    internal Identity Identity { get; }

    /// <summary>The name that the server's certificate has to be for; null for that of its address.</summary>
    internal string? TlsServerName { get; }

    /// <summary>The proxy of this cluster; null for the one that the environment names, if it may.</summary>
    internal Uri? Proxy { get; init; }

    internal bool MayUseEnvironmentsProxy { get; init; }

    /// <summary>As whom to act, where that is not who one is; null for oneself.</summary>
    internal Impersonation? Impersonation { get; init; }
}
