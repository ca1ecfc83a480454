using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HaWebhook.Certificates;

/// <summary>Certificates that somebody is to trust: what a caBundle holds. In the order in which they were found, each once.</summary>
internal sealed class CertificateBundle
{
    /// <summary>
    /// The longest text that is read, in characters: some eighty certificates. Reading PEM can take the square of its length, and anybody who
    /// may write a webhook configuration or the Secret has it read.
    /// </summary>
    public const int LongestPem = 64 << 10;

    public static readonly CertificateBundle Empty = new([]);

    private CertificateBundle(ImmutableArray<X509Certificate2> certificates) => Certificates = certificates;

    public ImmutableArray<X509Certificate2> Certificates { get; }

    /// <summary>The certificates of a text; null where it is too long, or holds what is none. An empty text is an empty bundle.</summary>
    public static CertificateBundle? TryParse(string pem)
    {
        if (pem.Length > LongestPem)
        {
            return null;
        }

        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }

        return found.Count == 0 && !string.IsNullOrWhiteSpace(pem) ? null : found.Aggregate(Empty, (bundle, certificate) => bundle.With(certificate));
    }

    public bool Contains(X509Certificate2 certificate) => Certificates.Any(one => IsSame(one, certificate));

    public bool ContainsAll(CertificateBundle other) => other.Certificates.All(Contains);

    /// <summary>Whether both hold the same, in any order.</summary>
    public bool IsSameAs(CertificateBundle other) => Certificates.Length == other.Certificates.Length && ContainsAll(other);

    public CertificateBundle With(X509Certificate2 certificate) => Contains(certificate) ? this : new(Certificates.Add(certificate));

    public CertificateBundle With(CertificateBundle others) => others.Certificates.Aggregate(this, (bundle, certificate) => bundle.With(certificate));

    /// <summary>What is left of it.</summary>
    public CertificateBundle Where(Func<X509Certificate2, bool> stays) => new([.. Certificates.Where(stays)]);

    public string ToPem()
    {
        var text = new StringBuilder();
        foreach (var certificate in Certificates)
        {
            text.Append(certificate.ExportCertificatePem()).Append('\n');
        }

        return text.ToString();
    }

    public static bool IsSame(X509Certificate2 one, X509Certificate2 other) => one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);
}
