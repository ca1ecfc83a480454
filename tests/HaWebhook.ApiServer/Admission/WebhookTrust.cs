using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HaWebhook.ApiServer.Admission;

/// <summary>
/// Whether a webhook is whom it says it is, judged as Go does: the certificates of the caBundle are tried one by one, so that several of the same name are
/// no trouble, and the name has to be among the alternative names: the common name does not count.
/// </summary>
internal sealed class WebhookTrust
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection? _roots;

    private WebhookTrust(X509Certificate2Collection? roots) => _roots = roots;

    /// <summary>The trust of a webhook: its caBundle and nothing else; without one, what the machine trusts.</summary>
    /// <param name="bundle">The caBundle as in the configuration, base64.</param>
    /// <exception cref="WebhookFailure">The bundle holds no certificate: found out only here, for it is stored as it is.</exception>
    public static WebhookTrust Read(string bundle)
    {
        if (bundle.Length == 0)
        {
            return new(null);
        }

        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(bundle)));
        }
        catch (Exception garbage) when (garbage is FormatException or CryptographicException)
        {
            roots.Clear();
        }

        return roots.Count > 0
            ? new(roots)
            : throw new WebhookFailure("failed to call webhook: unable to load root certificates: unable to parse bytes as PEM block");
    }

    /// <summary>What is wrong with a certificate, in Go's words; null where nothing is.</summary>
    /// <param name="certificate">The webhook's.</param>
    /// <param name="sent">What it sent along.</param>
    /// <param name="host">Who was called.</param>
    public string? Problem(X509Certificate2 certificate, X509Certificate2Collection sent, string host)
    {
        var problem = "";
        X509Certificate2?[] roots = _roots is null ? [null] : [.. _roots];
        foreach (var root in roots)
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
            chain.ChainPolicy.ExtraStore.AddRange(sent);
            if (root is not null)
            {
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.CustomTrustStore.Add(root);
            }

            if (chain.Build(certificate))
            {
                return certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false) ? null : Misnamed(certificate, host);
            }

            var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
            const X509ChainStatusFlags Stranger = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.NotSignatureValid;
            problem = (status & Stranger) != 0 && problem.Length > 0 ? problem
                : (status & Stranger) != 0 ? "x509: certificate signed by unknown authority"
                : (status & X509ChainStatusFlags.NotTimeValid) != 0 ? "x509: certificate has expired or is not yet valid"
                : (status & X509ChainStatusFlags.NotValidForUsage) != 0 ? "x509: certificate specifies an incompatible key usage"
                : $"x509: {status}";
        }

        return problem;
    }

    private static string Misnamed(X509Certificate2 certificate, string host)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString()))).ToList();
        return names.Count == 0
            ? $"x509: certificate is not valid for any names, but wanted to match {host}"
            : $"x509: certificate is valid for {string.Join(", ", names)}, not {host}";
    }
}
