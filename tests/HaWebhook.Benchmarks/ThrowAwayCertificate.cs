using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Benchmarks;

/// <summary>A self-signed certificate for loopback and for a Service, in PEM files that disappear with the directory they are in.</summary>
internal sealed class ThrowAwayCertificate : IDisposable
{
    /// <summary>The name under which an API server calls the Service <c>ha-webhook</c> in the namespace of the same name.</summary>
    public const string ServiceHost = "ha-webhook.ha-webhook.svc";

    private readonly X509Certificate2 _certificate;

    private ThrowAwayCertificate(X509Certificate2 certificate, string directory)
    {
        _certificate = certificate;
        CertificateFile = Path.Combine(directory, "tls.crt");
        KeyFile = Path.Combine(directory, "tls.key");
    }

    public string CertificateFile { get; }

    public string KeyFile { get; }

    public static ThrowAwayCertificate Create(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(ServiceHost);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());

        // From yesterday, against clocks that differ.
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        var files = new ThrowAwayCertificate(certificate, directory);
        File.WriteAllText(files.CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(files.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    /// <summary>A client handler that trusts this certificate and no other.</summary>
    public SocketsHttpHandler CreateClientHandler()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_certificate);
        return new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
        };
    }

    public void Dispose() => _certificate.Dispose();
}
