using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer;
using HaWebhook.ApiServer.Admission;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>Whether API servers trust the replicas, seen from outside: the stored webhook configurations and Secret, and a handshake with each replica.</summary>
/// <param name="Bundles">The caBundle of each webhook, as stored; empty where there is none.</param>
/// <param name="Leaves">What each replica shows; null where that is nothing.</param>
/// <param name="Secret">The Secret of the authority; null where it is not there.</param>
internal sealed record TrustState(IReadOnlyList<string> Bundles, IReadOnlyList<ServedCertificate?> Leaves, JsonObject? Secret)
{
    public static async Task<TrustState> ReadAsync(ReplicatedService service, CancellationToken cancellationToken) => new(
        [.. ReplicatedService.ConfigurationKinds.SelectMany(kind => BundlesOf(service.ApiServer, kind))],
        await Task.WhenAll(service.Replicas.Select(replica => ServedCertificate.ReadAsync(replica, cancellationToken))),
        service.ApiServer.Find("v1", "Secret", ReplicatedService.Name, SecretName));

    /// <summary>The Secret of the authority.</summary>
    public const string SecretName = $"{ReplicatedService.Name}-ca";

    /// <summary>The authorities that all webhooks trust, by thumbprint and in order; null where they differ or make no sense.</summary>
    public IReadOnlyList<string>? Authorities
    {
        get
        {
            var all = Bundles.Select(bundle => string.Join(' ', Read(bundle).Select(certificate => certificate.Thumbprint).Order(StringComparer.Ordinal))).Distinct().ToList();
            return all is [{ Length: > 0 } one] ? one.Split(' ') : null;
        }
    }

    /// <summary>The authorities that some webhook trusts, by thumbprint.</summary>
    public IReadOnlyList<string> TrustedByAny => [.. Bundles.SelectMany(bundle => Read(bundle).Select(certificate => certificate.Thumbprint)).Distinct()];

    /// <summary>The authority that signed what a replica shows, by thumbprint; null where no webhook trusts it.</summary>
    public string? SignerOf(ServedCertificate leaf) => Bundles.Count == 0 ? null : Read(Bundles[0])
        .FirstOrDefault(authority => TrustOf(authority.ExportCertificatePem()).Problem(leaf.Leaf, leaf.Sent, ThrowAwayCertificate.ServiceHost) is null)?.Thumbprint;

    /// <summary>What is wrong; null where every replica can be called by every webhook, and the Secret holds an authority that is trusted.</summary>
    public string? Problem
    {
        get
        {
            foreach (var bundle in Bundles)
            {
                if (Read(bundle).Count == 0)
                {
                    return "a caBundle without a certificate";
                }

                var trust = WebhookTrust.Read(bundle);
                if (Leaves.Select(leaf => leaf is null ? "a replica shows no certificate" : trust.Problem(leaf.Leaf, leaf.Sent, ThrowAwayCertificate.ServiceHost))
                    .FirstOrDefault(problem => problem is not null) is { } problem)
                {
                    return problem;
                }
            }

            return Authority() is not { } authority ? "the Secret holds no authority"
                : Bundles.All(bundle => Read(bundle).Any(certificate => certificate.Thumbprint == authority)) ? null
                : "the Secret's authority is not in every caBundle";
        }
    }

    private static IEnumerable<string> BundlesOf(TestApiServer server, string kind) =>
        server.Find(ReplicatedService.ConfigurationVersion, kind, null, ReplicatedService.Name)?["webhooks"]!.AsArray()
            .Select(webhook => webhook!["clientConfig"]!["caBundle"]?.GetValue<string>() ?? "") ?? [];

    private static WebhookTrust TrustOf(string pem) => WebhookTrust.Read(Convert.ToBase64String(Encoding.ASCII.GetBytes(pem)));

    private static X509Certificate2Collection Read(string bundle)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(bundle)));
        }
        catch (Exception garbage) when (garbage is FormatException or CryptographicException)
        {
            certificates.Clear();
        }

        return certificates;
    }

    /// <summary>The thumbprint of the certificate in the Secret that has its key beside it.</summary>
    private string? Authority()
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(Text("tls.crt"), Text("tls.key"));
            return certificate.Thumbprint;
        }
        catch (Exception garbage) when (garbage is FormatException or CryptographicException or ArgumentException or NullReferenceException)
        {
            return null;
        }

        string Text(string key) => Encoding.ASCII.GetString(Convert.FromBase64String(Secret!["data"]![key]!.GetValue<string>()));
    }
}
