using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using k8s;
using k8s.Authentication;

namespace HaWebhook.Kubernetes;

/// <summary>The connection of a pod to the API server of its own cluster, as the kubelet prepares it.</summary>
public static class InCluster
{
    /// <summary>Where the kubelet mounts the service account's token, the authority's certificate and the namespace.</summary>
    public const string ServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    private const string Host = "KUBERNETES_SERVICE_HOST";
    private const string Port = "KUBERNETES_SERVICE_PORT";

    /// <summary>Whether this runs in a pod of a cluster.</summary>
    /// <param name="environment">Gives an environment variable, or null.</param>
    public static bool IsAvailable(Func<string, string?> environment) => environment(Host) is { Length: > 0 } && environment(Port) is { Length: > 0 };

    /// <summary>The connection. The token is read again each minute, and all of it when the server refuses it or is refused.</summary>
    /// <param name="environment">Gives an environment variable, or null.</param>
    /// <param name="directory">Where token, certificate and namespace are.</param>
    /// <exception cref="KubernetesConfigurationException">This is no pod, or one without a service account's token.</exception>
    public static KubernetesConnection Connect(Func<string, string?> environment, string directory = ServiceAccountDirectory)
    {
        if (!IsAvailable(environment))
        {
            throw new KubernetesConfigurationException($"{Host} and {Port} are not set: this is no pod of a cluster");
        }

        var host = environment(Host)!;
        if (IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            host = $"[{address}]";
        }

        if (!Uri.TryCreate($"https://{host}:{environment(Port)}", UriKind.Absolute, out var server))
        {
            throw new KubernetesConfigurationException($"{Host} is '{environment(Host)}' and {Port} '{environment(Port)}'; must be a host and a port");
        }

        return new KubernetesConnection("in-cluster", () => Read(server, directory));
    }

    /// <summary>The package's own reader knows only one directory, and no word of what is missing in it.</summary>
    private static KubernetesClientConfiguration Read(Uri server, string directory)
    {
        var token = Path.Combine(directory, "token");
        var authorities = Path.Combine(directory, "ca.crt");
        foreach (var file in new[] { token, authorities }.Where(file => !File.Exists(file)))
        {
            throw new KubernetesConfigurationException($"{file} does not exist; the pod needs automountServiceAccountToken: true");
        }

        var trusted = new X509Certificate2Collection();
        var namespaceFile = Path.Combine(directory, "namespace");
        string? name;
        try
        {
            trusted.ImportFromPemFile(authorities);
            name = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile) : null;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"what the kubelet mounts in {directory} cannot be read: {exception.Message}", exception);
        }

        return new KubernetesClientConfiguration
        {
            Host = server.AbsoluteUri,
            TokenProvider = new TokenFileAuth(token),
            SslCaCerts = trusted,
            Namespace = name,
        };
    }
}
