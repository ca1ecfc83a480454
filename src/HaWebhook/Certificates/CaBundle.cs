using System.Text;

namespace HaWebhook.Certificates;

/// <summary>PEM text as Kubernetes' JSON holds it: in base64.</summary>
internal static class CaBundle
{
    /// <summary>The PEM text; null where it is no base64.</summary>
    public static string? Decode(string base64)
    {
        // Longer than anything that is read: not decoded, but still too long for whoever reads it.
        if (base64.Length > CertificateBundle.LongestPem * 2)
        {
            return base64;
        }

        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.ASCII.GetString(bytes, 0, length) : null;
    }

    /// <summary>The certificates; null where there are none, or it is damaged or too long.</summary>
    public static CertificateBundle? Read(string base64) =>
        Decode(base64) is { } pem && CertificateBundle.TryParse(pem) is { Certificates.Length: > 0 } bundle ? bundle : null;

    public static string Encode(CertificateBundle bundle) => Convert.ToBase64String(Encoding.ASCII.GetBytes(bundle.ToPem()));
}
