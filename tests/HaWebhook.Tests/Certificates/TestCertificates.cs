using System.Formats.Asn1;
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
    /// <param name="name">Its common name.</param>
    /// <param name="notBefore">When it begins.</param>
    /// <param name="notAfter">When it ends.</param>
    /// <param name="purpose">The only extended key usage that it is for; null for all.</param>
    /// <param name="permitted">The only DNS domain that it is for; null for all.</param>
    /// <param name="issuer">Who signed it, with a key; null for itself.</param>
    public static (X509Certificate2 Certificate, string KeyPem) CreateAuthority(
        string name, DateTimeOffset notBefore, DateTimeOffset notAfter, string? purpose = null, string? permitted = null, X509Certificate2? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (purpose is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        }

        if (permitted is not null)
        {
            // NameConstraints ::= { permittedSubtrees [0] { { dNSName [2] } } }
            var constraints = new AsnWriter(AsnEncodingRules.DER);
            using (constraints.PushSequence())
            using (constraints.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (constraints.PushSequence())
            {
                constraints.WriteCharacterString(UniversalTagNumber.IA5String, permitted, new Asn1Tag(TagClass.ContextSpecific, 2));
            }

            request.CertificateExtensions.Add(new X509Extension("2.5.29.30", constraints.Encode(), critical: true));
        }

        return (issuer is null ? request.CreateSelfSigned(notBefore, notAfter) : request.Create(issuer, notBefore, notAfter, [1, 2, 3]), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The same certificate with its beginning and its end exchanged. Who signed it did not sign that.</summary>
    public static X509Certificate2 Backwards(X509Certificate2 certificate)
    {
        var bytes = certificate.RawData;
        var (from, until) = (TimeAt(certificate.NotBefore), TimeAt(certificate.NotAfter));
        var place = bytes.AsSpan().IndexOf(from);
        until.CopyTo(bytes, place);
        from.CopyTo(bytes, place + 2 + from.Length);
        return X509CertificateLoader.LoadCertificate(bytes);

        static byte[] TimeAt(DateTime time) => Encoding.ASCII.GetBytes($"{time.ToUniversalTime():yyMMddHHmmss}Z");
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
