using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaWebhook.Commands;

namespace HaWebhook.Certificates;

/// <summary>An authority with its key: it signs the certificates of replicas.</summary>
internal sealed class CertificateAuthority
{
    /// <summary>
    /// How far back what is made now is valid already, for machines whose clocks are behind: a day, which also bears a wrong time zone. Others take
    /// an hour (cert-controller). The life is counted from when it was made.
    /// </summary>
    public static readonly TimeSpan Backdate = TimeSpan.FromHours(24);

    /// <summary>Serial numbers are random, of 128 bits: replicas sign with the same authority and know nothing of each other's numbers.</summary>
    private const int SerialLength = 16;

    /// <summary>The part of a life after which there is no time left to wait for what may never come.</summary>
    private const double LastChance = 0.85;

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private CertificateAuthority(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>The certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    public DateTimeOffset NotBefore => Certificate.NotBefore.ToUniversalTime();

    public DateTimeOffset NotAfter => Certificate.NotAfter.ToUniversalTime();

    /// <summary>
    /// How long it is valid, from when it was made. Of somebody else's authority it is not known how far back it is valid: not at all, if that is short.
    /// </summary>
    public TimeSpan Lifetime => NotAfter - NotBefore is var all && all > Backdate ? all - Backdate : all;

    /// <summary>Who has not begun by then, or is not seen to be trusted, is waited for no longer.</summary>
    public DateTimeOffset LastChanceAt => At(LastChance);

    /// <summary>Who this is, for people: the subject, and the start of the SHA-256 fingerprint as openssl prints it.</summary>
    public string Name => NameOf(Certificate);

    public static string NameOf(X509Certificate2 certificate) =>
        $"{LogLine.Of(certificate.Subject)} (SHA-256 {certificate.GetCertHashString(HashAlgorithmName.SHA256)[..12]}...)";

    /// <summary>Makes an authority.</summary>
    /// <param name="now">What time it is.</param>
    /// <param name="lifetime">How long it is valid from now on.</param>
    public static CertificateAuthority Create(DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serial = RandomNumberGenerator.GetBytes(SerialLength);

        // A name of its own for each: whoever looks for an issuer by its name finds one.
        var name = new X500DistinguishedName($"CN=ha-webhook CA {Convert.ToHexStringLower(serial.AsSpan(0, 4))}");
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        var identifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(identifier);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        using var bare = request.Create(name, X509SignatureGenerator.CreateForECDsa(key), now - Backdate, now + lifetime, serial);
        return new(bare.CopyWithPrivateKey(key));
    }

    /// <summary>Reads an authority.</summary>
    /// <param name="certificatePem">Its certificate.</param>
    /// <param name="keyPem">Its key.</param>
    /// <param name="problem">Why it is none that signs, as one line without anything of the key; empty where it is one.</param>
    /// <returns>The authority, whether or not it is valid now; null where it is none.</returns>
    public static CertificateAuthority? TryRead(string certificatePem, string keyPem, out string problem)
    {
        problem = "";
        if (certificatePem.Length > CertificateBundle.LongestPem || keyPem.Length > CertificateBundle.LongestPem)
        {
            problem = $"is longer than {CertificateBundle.LongestPem} characters";
            return null;
        }

        try
        {
            var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            problem = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true }
                ? "is a certificate that may not sign others: it is no authority"
                : certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } usage && !usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign)
                    ? "is an authority whose key usage does not allow to sign certificates"
                    : Generator(certificate) is null
                        ? "is an authority whose key is neither ECDSA nor RSA"
                        : "";
            return problem.Length == 0 ? new(certificate) : null;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // Not the exception's own text: nothing that came of reading a key goes into a log.
            problem = "is no certificate with its key in PEM, or the two do not belong together";
            return null;
        }
    }

    /// <summary>The moment at which a part of its life is over.</summary>
    /// <param name="fraction">The part, from 0 to 1.</param>
    public DateTimeOffset At(double fraction) => NotAfter - (Lifetime * (1 - fraction));

    /// <summary>Whether it has ended, by this machine's clock and the API server's: a wrong one alone does not end it.</summary>
    public bool IsOver(Moment now) => now.Earlier >= NotAfter;

    /// <summary>Whether it has begun, by both clocks: who has time waits for the slower one.</summary>
    public bool HasBegun(Moment now) => NotBefore <= now.Earlier;

    /// <summary>Whether it has begun and not ended, by either clock.</summary>
    public bool IsUsable(Moment now) => NotBefore <= now.Later && !IsOver(now);

    /// <summary>Whether its last chance to be replaced in good time has come.</summary>
    public bool IsNearEnd(Moment now) => now.Earlier >= LastChanceAt;

    public bool IsSameAs(CertificateAuthority? other) => other is not null && CertificateBundle.IsSame(Certificate, other.Certificate);

    public string ExportKeyPem()
    {
        using var key = Certificate.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm)Certificate.GetRSAPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>
    /// Why API servers would not trust what it signs, as the end of a sentence about it: constraints of its own, such as names or purposes. Found out
    /// by signing one and looking for a chain. Null where they would.
    /// </summary>
    /// <param name="names">All DNS names of a replica's certificate: API servers refuse it for any that is not permitted, whichever they ask for.</param>
    public string? Unfitness(IReadOnlyList<string> names)
    {
        var problem = $"signs nothing that API servers would trust for {string.Join(", ", names)}: ";
        try
        {
            return ChainProblem(names) is { } why ? problem + LogLine.Of(why) : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return problem + LogLine.Of(exception.Message);
        }
    }

    /// <summary>Makes and signs a certificate for a server, which is valid from when its authority is: clocks may be behind.</summary>
    /// <param name="names">Its DNS names.</param>
    /// <param name="notAfter">Until when it is valid, at most as long as the authority.</param>
    /// <returns>The certificate, with its key.</returns>
    public X509Certificate2 Issue(IEnumerable<string> names, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ha-webhook", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } identifier)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        }

        var end = notAfter < NotAfter ? notAfter : NotAfter;
        using var bare = request.Create(Certificate.SubjectName, Generator(Certificate)!, NotBefore, end, RandomNumberGenerator.GetBytes(SerialLength));
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>Why no chain leads from a certificate on trial to this authority; null where one does.</summary>
    private string? ChainProblem(IReadOnlyList<string> names)
    {
        using var trial = Issue(names, NotAfter);
        using var chain = new X509Chain();
        chain.ChainPolicy.ExtraStore.Add(Certificate);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // Whether it has begun is another question. API servers trust whatever is in a caBundle, .NET roots only.
        chain.ChainPolicy.VerificationTime = At(0.5).UtcDateTime;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        var isSound = chain.Build(trial);
        return isSound && chain.ChainElements.Count > 1 && CertificateBundle.IsSame(chain.ChainElements[1].Certificate, Certificate) ? null
            : string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct()) is { Length: > 0 } why ? why
            : "no chain leads to it";
    }

    private static X509SignatureGenerator? Generator(X509Certificate2 certificate) =>
        certificate.GetECDsaPrivateKey() is { } ec ? X509SignatureGenerator.CreateForECDsa(ec)
        : certificate.GetRSAPrivateKey() is { } rsa ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)
        : null;
}
