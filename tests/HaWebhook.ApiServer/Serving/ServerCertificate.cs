using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.ApiServer.Serving;

/// <summary>A certificate authority in memory: it signs the server's certificate, and those that users log in with.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private static readonly TimeSpan _life = TimeSpan.FromDays(1);
    private readonly X509Certificate2 _authority;

    public ServerCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kubernetes-test-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = DateTimeOffset.UtcNow;
        _authority = request.CreateSelfSigned(now - _life, now + _life);

        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        foreach (var name in (ReadOnlySpan<string>)["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"])
        {
            names.AddDnsName(name);
        }

        Server = Issue(new X500DistinguishedName("CN=kube-apiserver"), "1.3.6.1.5.5.7.3.1", names.Build());
    }

    /// <summary>The server's own certificate, with key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>What clients have to trust.</summary>
    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>A certificate to log in with: the common name is the user, each organization a group.</summary>
    public (string CertificatePem, string KeyPem) IssueClient(User user)
    {
        var subject = new X500DistinguishedNameBuilder();
        foreach (var group in user.Groups.Where(group => group != "system:authenticated"))
        {
            subject.AddOrganizationName(group);
        }

        subject.AddCommonName(user.Name);
        using var certificate = Issue(subject.Build(), "1.3.6.1.5.5.7.3.2", names: null);
        using var key = certificate.GetECDsaPrivateKey()!;
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The user of a certificate, or null where another authority has signed it.</summary>
    public User? UserOf(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (!chain.Build(certificate))
        {
            return null;
        }

        List<string> groups = [.. certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => part.GetSingleElementType().FriendlyName == "O").Select(part => part.GetSingleElementValue()!).Reverse()];
        return new(certificate.GetNameInfo(X509NameType.SimpleName, false), [.. groups, "system:authenticated"]);
    }

    public void Dispose()
    {
        Server.Dispose();
        _authority.Dispose();
    }

    private X509Certificate2 Issue(X500DistinguishedName subject, string purpose, X509Extension? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        var now = DateTimeOffset.UtcNow;
        using var signed = request.Create(_authority, now.AddHours(-1), now.AddHours(20), RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }
}
