using HaWebhook.Kubernetes.Credentials;

namespace HaWebhook.Kubernetes;

/// <summary>Which API server to talk to, whom to trust and who to be. Made by <see cref="InCluster"/> or <see cref="KubeConfig"/>.</summary>
public sealed record KubernetesConnection
{
    internal KubernetesConnection(Uri server, string origin, ICredentials credentials)
    {
        // Relative addresses replace whatever follows the last slash.
        Server = server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/");
        Origin = origin;
        Credentials = credentials;
    }

    /// <summary>The API server; the path, where there is one, is that of a proxy in front of it.</summary>
    public Uri Server { get; }

    /// <summary>Where this was read, for people: "in-cluster", or a kubeconfig's path and context.</summary>
    public string Origin { get; }

    /// <summary>The namespace that is meant where none is named; null where nothing says.</summary>
    public string? Namespace { get; init; }

    internal ICredentials Credentials { get; }

    /// <summary>The only authorities to trust; null for those that the system trusts.</summary>
    internal FileOrData? Authorities { get; init; }

    /// <summary>The name that the server's certificate has to be for; null for that of its address.</summary>
    internal string? TlsServerName { get; init; }

    internal bool SkipsVerification { get; init; }

    /// <summary>The proxy of this cluster; null for the one that the environment names, if it may.</summary>
    internal Uri? Proxy { get; init; }

    internal bool MayUseEnvironmentsProxy { get; init; }

    internal Impersonation? Impersonation { get; init; }
}
