using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Certificates;

/// <summary>What a TLS handshake with the webhooks goes by.</summary>
internal sealed partial class Handshake
{
    private readonly IServingCertificate _certificate;
    private readonly CallerCertificates? _callers;
    private readonly CipherSuitesPolicy? _suites;
    private volatile Made? _last;

    public Handshake(IServingCertificate certificate, ILogger<Handshake> logger, CallerCertificates? callers = null)
    {
        (_certificate, _callers) = (certificate, callers);
        if (OperatingSystem.IsWindows())
        {
            Log.SystemsChoice(logger);
        }
        else
        {
            // Only those that encrypt and authenticate in one, with a key that no later theft of the certificate's key gives away.
            _suites = new(
            [
                TlsCipherSuite.TLS_AES_256_GCM_SHA384,
                TlsCipherSuite.TLS_AES_128_GCM_SHA256,
                TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            ]);
        }
    }

    /// <summary>The options for a connection that comes in now.</summary>
    /// <exception cref="AuthenticationException">There is no certificate yet.</exception>
    public SslServerAuthenticationOptions Options
    {
        get
        {
            var certificate = _certificate.Current ?? throw new AuthenticationException("there is no certificate to show yet");
            var trusted = _callers?.Trusted;
            if (_last is { } last && last.Certificate == certificate && last.Trusted == trusted)
            {
                return last.Options;
            }

            var made = new Made(certificate, trusted, OptionsOf(certificate, trusted));
            _last = made;
            return made.Options;
        }
    }

    private SslServerAuthenticationOptions OptionsOf(SslStreamCertificateContext certificate, CertificateBundle? trusted)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CipherSuitesPolicy = _suites,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            AllowRenegotiation = false,

            // API servers never resume a session (measured), and a resumed one would be let in on what its caller once showed.
            AllowTlsResume = false,
        };
        if (trusted is not null)
        {
            options.ClientCertificateRequired = true;
            options.CertificateChainPolicy = CallerCertificates.PolicyOf(trusted);
            options.RemoteCertificateValidationCallback = (_, shown, chain, errors) => _callers!.Accepts(shown as X509Certificate2, chain, errors);
        }

        return options;
    }

    /// <summary>Options, and what they were made of.</summary>
    private sealed record Made(SslStreamCertificateContext Certificate, CertificateBundle? Trusted, SslServerAuthenticationOptions Options);

    private static partial class Log
    {
        [LoggerMessage(36, LogLevel.Warning, "on this system the cipher suites of TLS are those that the system allows; elsewhere only authenticated encryption is")]
        public static partial void SystemsChoice(ILogger logger);
    }
}
