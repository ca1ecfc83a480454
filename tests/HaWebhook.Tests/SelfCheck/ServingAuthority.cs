using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Tests.SelfCheck;

/// <summary>An authority that signs certificates for servers, good ones and bad ones.</summary>
internal sealed class ServingAuthority : IDisposable
{
    private static readonly DateTimeOffset _from = DateTimeOffset.UtcNow.AddDays(-10);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ServingAuthority(ServingAuthority? issuer = null)
    {
        var request = new CertificateRequest($"CN=authority {Guid.NewGuid():N}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        Certificate = issuer?.Sign(request) ?? request.CreateSelfSigned(_from, _from.AddDays(1000));
    }

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem();

    /// <summary>A certificate with its key.</summary>
    /// <param name="names">The names that it is for.</param>
    /// <param name="from">The days from now on which it becomes valid.</param>
    /// <param name="until">The days from now after which it is no longer valid.</param>
    /// <param name="usage">What it may be used for.</param>
    public X509Certificate2 Issue(string[] names, int from = -1, int until = 1, string usage = "1.3.6.1.5.5.7.3.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ha-webhook", key, HashAlgorithmName.SHA256);
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            Array.ForEach(names, alternatives.AddDnsName);
            request.CertificateExtensions.Add(alternatives.Build());
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        using var signed = Sign(request, DateTimeOffset.UtcNow.AddDays(from), DateTimeOffset.UtcNow.AddDays(until));
        return signed.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        return request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), from ?? _from, until ?? _from.AddDays(900), RandomNumberGenerator.GetBytes(16));
    }
}
