using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Certificates;

/// <summary>A certificate for this machine that lives in memory and for one run.</summary>
internal sealed partial class ThrowAwayCertificate : IServingCertificate
{
    public ThrowAwayCertificate(TimeProvider clock, ILogger<ThrowAwayCertificate> logger)
    {
        Current = SslStreamCertificateContext.Create(Create(clock), null, offline: true);
        Log.ThrowAway(logger);
    }

    public SslStreamCertificateContext Current { get; }

    public string? NotReady => null;

    private static X509Certificate2 Create(TimeProvider clock)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ha-webhook throw-away", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = clock.GetUtcNow();
        return request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Warning, "no --tls-cert and --tls-key: serving a throw-away certificate for localhost, made for this run; no API server trusts it")]
        public static partial void ThrowAway(ILogger logger);
    }
}
