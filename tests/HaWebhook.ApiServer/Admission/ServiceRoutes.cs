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

    /// <summary>A webhook's URL without its timeout, and the address to connect to; null where the URL's own is meant.</summary>
    /// <exception cref="WebhookFailure">Its Service has no address.</exception>
    public (Uri Url, (string Host, int Port)? Address) Target(Webhook webhook)
    {
        var client = webhook.Settings.Child("clientConfig");
        if (client.Text("url") is { } url)
        {
            return (new(url), null);
        }

        var service = client.Child("service");
        var (name, @namespace) = (service.Text("name") ?? "", service.Text("namespace") ?? "");
        var target = new Uri($"https://{name}.{@namespace}.svc:{service.Number("port") ?? 443}/{service.Text("path")?.TrimStart('/')}");
        return _services.TryGetValue($"{@namespace}/{name}", out var address)
            ? (target, address)
            : throw new WebhookFailure($"failed to call webhook: Post \"{target}\": service \"{name}\" not found");
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
