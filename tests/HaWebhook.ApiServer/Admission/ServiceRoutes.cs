using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HaWebhook.ApiServer.Admission;

/// <summary>Where webhooks are: the URL that is asked for, and, for those behind a Service, the address that stands for it.</summary>
internal sealed class ServiceRoutes
{
    private readonly ConcurrentDictionary<string, (string Host, int Port)> _services = [];

    /// <summary>Says where the pods of a Service listen.</summary>
    public void Add(string @namespace, string service, string host, int port) => _services[$"{@namespace}/{service}"] = (host, port);

    /// <summary>A webhook's URL, without its timeout: of a Service, <c>https://NAME.NAMESPACE.svc:PORT/PATH</c>.</summary>
    public static Uri Url(Webhook webhook)
    {
        var client = webhook.Settings.Child("clientConfig");
        var service = client.Child("service");
        return new(client.Text("url")
            ?? $"https://{service.Text("name")}.{service.Text("namespace")}.svc:{service.Number("port") ?? 443}/{service.Text("path")?.TrimStart('/')}");
    }

    /// <summary>The address to connect to for a URL: that of the Service's pods, or the URL's own.</summary>
    /// <exception cref="HttpRequestException">A Service that nobody has routed.</exception>
    public (string Host, int Port) Address(Uri url)
    {
        var parts = url.Host.Split('.');
        if (parts is not [var name, var @namespace, "svc"])
        {
            return (url.Host, url.Port);
        }

        return _services.TryGetValue($"{@namespace}/{name}", out var address)
            ? address
            : throw new HttpRequestException($"service \"{name}\" not found");
    }

    /// <summary>A webhook's trust: its caBundle and nothing else; without one, what the machine trusts.</summary>
    /// <exception cref="WebhookFailure">The bundle holds no certificate: found out only here, for it is stored as it is.</exception>
    public static X509ChainPolicy? Roots(string bundle)
    {
        if (bundle.Length == 0)
        {
            return null;
        }

        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(bundle)));
        }
        catch (Exception garbage) when (garbage is FormatException or System.Security.Cryptography.CryptographicException)
        {
            roots.Clear();
        }

        if (roots.Count == 0)
        {
            throw new WebhookFailure("failed to call webhook: unable to load root certificates: unable to parse bytes as PEM block");
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
