using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Certificates;

namespace HaWebhook.Tests.Certificates;

/// <summary>Makes certificates for tests, and looks at them as those who verify them do.</summary>
internal static class TestCertificates
{
    /// <summary>Whether a chain of trust leads from a certificate to one of a bundle, and it is for a server.</summary>
    public static bool Verify(X509Certificate2 certificate, CertificateBundle bundle)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        chain.ChainPolicy.CustomTrustStore.AddRange(bundle.Certificates.ToArray());
        return chain.Build(certificate);
    }

    /// <summary>Somebody else's authority, and its key as PEM.</summary>
    public static (X509Certificate2 Certificate, string KeyPem) CreateAuthority(string name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return (request.CreateSelfSigned(notBefore, notAfter), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A Secret as it would be found in the cluster.</summary>
    public static string Secret(string certificatePem, string keyPem) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["type"] = "kubernetes.io/tls",
        ["metadata"] = new JsonObject { ["name"] = $"{CertifiedCluster.Service}-ca", ["namespace"] = CertifiedCluster.Namespace },
        ["data"] = new JsonObject
        {
            ["tls.crt"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(certificatePem)),
            ["tls.key"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(keyPem)),
        },
    }.ToJsonString();
}
