using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaWebhook.Commands;

namespace HaWebhook.Serving;

/// <summary>The certificate that the server shows, read again when its files change. A bad pair is refused and the last good one stays.</summary>
internal sealed partial class ServingCertificate
{
    private readonly ServingOptions _options;
    private readonly ILogger<ServingCertificate> _logger;
    private volatile SslServerAuthenticationOptions _current;
    private string _lastText;
    private string? _lastComplaint;

    /// <exception cref="CommandException">There is no good certificate to start with.</exception>
    public ServingCertificate(ServingOptions options, TimeProvider clock, ILogger<ServingCertificate> logger)
    {
        _options = options;
        _logger = logger;
        if (options.TlsCertificate is null || options.TlsKey is null)
        {
            _lastText = "";
            Certificate = ThrowAwayCertificate.Create(clock);
            _current = OptionsOf(Certificate, []);
            Log.ThrowAway(logger);
        }
        else
        {
            _lastText = ReadFiles();
            (Certificate, _current) = Parse(_lastText);
            Log.Loaded(logger, options.TlsCertificate, Certificate.Subject, Certificate.NotAfter.ToUniversalTime());
        }
    }

    /// <summary>The certificate that new connections are shown.</summary>
    public X509Certificate2 Certificate { get; private set; }

    /// <summary>What a TLS handshake goes by. A connection keeps what it started with.</summary>
    public SslServerAuthenticationOptions Current => _current;

    /// <summary>Looks at the files.</summary>
    public void Refresh()
    {
        if (_lastText.Length == 0)
        {
            return;
        }

        try
        {
            var text = ReadFiles();
            if (text == _lastText)
            {
                return;
            }

            (Certificate, _current) = Parse(text);
            _lastText = text;
            _lastComplaint = null;
            Log.Loaded(_logger, _options.TlsCertificate!, Certificate.Subject, Certificate.NotAfter.ToUniversalTime());
        }
        catch (CommandException exception)
        {
            if (exception.Message != _lastComplaint)
            {
                _lastComplaint = exception.Message;
                Log.Refused(_logger, exception.Message, Certificate.NotAfter.ToUniversalTime());
            }
        }
    }

    /// <summary>Both files as one text, the key last: they are compared and read as one, so that no half of a pair is ever used.</summary>
    private string ReadFiles() => PolicyLoader.ReadText(_options.TlsCertificate!) + "\n" + PolicyLoader.ReadText(_options.TlsKey!);

    private (X509Certificate2 Certificate, SslServerAuthenticationOptions Options) Parse(string pem)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(pem, pem);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pem);
            return (certificate, OptionsOf(certificate, chain));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CommandException($"{_options.TlsCertificate} and {_options.TlsKey}: not a certificate and its key in PEM ({exception.Message})");
        }
    }

    private static SslServerAuthenticationOptions OptionsOf(X509Certificate2 certificate, X509Certificate2Collection chain) => new()
    {
        // Offline: an issuer's address in a certificate must not make the server call out.
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
        EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Warning, "no --tls-cert and --tls-key: serving a throw-away certificate for localhost, made for this run; no API server trusts it")]
        public static partial void ThrowAway(ILogger logger);

        [LoggerMessage(31, LogLevel.Information, "certificate in use: {Path}, {Subject}, until {NotAfter:u}")]
        public static partial void Loaded(ILogger logger, string path, string subject, DateTime notAfter);

        [LoggerMessage(32, LogLevel.Error, "certificate refused, the last good one (until {NotAfter:u}) stays: {Error}")]
        public static partial void Refused(ILogger logger, string error, DateTime notAfter);
    }
}
