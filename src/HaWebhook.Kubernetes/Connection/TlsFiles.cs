using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HaWebhook.Kubernetes.Connection;

/// <summary>
/// What a TLS connection is made with, as PEM. Two are the same where they are the same arrays: files that did not change give the same ones.
/// </summary>
/// <param name="Authorities">The only authorities to trust; null for those that the system trusts.</param>
/// <param name="Certificate">The client's certificate; null for none.</param>
/// <param name="Key">Its key.</param>
internal sealed record TlsFiles(byte[]? Authorities, byte[]? Certificate, byte[]? Key)
{
    public bool IsSameAs(TlsFiles other) =>
        ReferenceEquals(Authorities, other.Authorities) && ReferenceEquals(Certificate, other.Certificate) && ReferenceEquals(Key, other.Key);

    /// <summary>The policy that trusts the authorities and nobody else. Names are checked apart from it, and always.</summary>
    /// <exception cref="KubernetesConfigurationException">There is no certificate in the text.</exception>
    public X509ChainPolicy Policy(string name)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,

            // An authority of a cluster publishes no revocation lists, and nothing in a certificate may make a client call elsewhere.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPem(Encoding.UTF8.GetString(Authorities!));
        }
        catch (CryptographicException exception)
        {
            throw new KubernetesConfigurationException($"{name} holds a certificate that cannot be read: {exception.Message}", exception);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new KubernetesConfigurationException($"{name} holds no certificate in PEM");
    }

    /// <summary>The client's certificate with its key; null where there is none.</summary>
    /// <exception cref="KubernetesConfigurationException">They cannot be read, or do not belong together.</exception>
    public X509Certificate2? Client(string origin)
    {
        if (Certificate is null)
        {
            return null;
        }

        try
        {
            var certificate = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Certificate), Encoding.UTF8.GetString(Key ?? []));
            if (!OperatingSystem.IsWindows())
            {
                return certificate;
            }

            // The TLS of Windows does not find a key that only lives in memory.
            using (certificate)
            {
                return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
            }
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new KubernetesConfigurationException($"{origin}: the client certificate and its key cannot be used: {exception.Message}", exception);
        }
    }
}
