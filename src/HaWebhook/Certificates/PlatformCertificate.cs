using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Certificates;

/// <summary>What certificates need on some systems.</summary>
internal static class PlatformCertificate
{
    /// <summary>A certificate with its key as the system's TLS can use it: that of Windows does not find a key that only lives in memory.</summary>
    public static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
        }
    }
}
