using System.Net.Security;
using System.Security.Authentication;

namespace HaWebhook.Certificates;

/// <summary>What a TLS handshake with the webhooks goes by.</summary>
internal sealed class Handshake(IServingCertificate certificate)
{
    private volatile SslServerAuthenticationOptions? _last;

    /// <summary>The options for a connection that comes in now.</summary>
    /// <exception cref="AuthenticationException">There is no certificate yet.</exception>
    public SslServerAuthenticationOptions Options
    {
        get
        {
            var current = certificate.Current ?? throw new AuthenticationException("there is no certificate to show yet");
            return _last is { } last && last.ServerCertificateContext == current ? last : _last = OptionsOf(current);
        }
    }

    private static SslServerAuthenticationOptions OptionsOf(SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };
}
