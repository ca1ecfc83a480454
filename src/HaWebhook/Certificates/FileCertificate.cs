using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaWebhook.Commands;
using HaWebhook.Serving;

namespace HaWebhook.Certificates;

/// <summary>A certificate from files, read again when they change. A bad pair is refused and the last good one stays.</summary>
internal sealed partial class FileCertificate : IServingCertificate, IPolledFile
{
    private readonly ServingOptions _options;
    private readonly ILogger<FileCertificate> _logger;
    private volatile SslStreamCertificateContext _current;
    private string _lastText;
    private string? _lastComplaint;

    /// <exception cref="CommandException">There is no good certificate to start with.</exception>
    public FileCertificate(ServingOptions options, ILogger<FileCertificate> logger)
    {
        _options = options;
        _logger = logger;
        _lastText = ReadFiles();
        _current = Parse(_lastText);
        Log.Loaded(logger, options.TlsCertificate!, Certificate.Subject, Certificate.NotAfter.ToUniversalTime());
    }

    public SslStreamCertificateContext Current => _current;

    public string? NotReady => null;

    private X509Certificate2 Certificate => _current.TargetCertificate;

    public void Refresh()
    {
        try
        {
            var text = ReadFiles();
            if (text == _lastText)
            {
                return;
            }

            _current = Parse(text);
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

    private SslStreamCertificateContext Parse(string pem)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(pem, pem);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pem);

            // Offline: an issuer's address in a certificate must not make the server call out.
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CommandException($"{_options.TlsCertificate} and {_options.TlsKey}: not a certificate and its key in PEM ({exception.Message})");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(31, LogLevel.Information, "certificate in use: {Path}, {Subject}, until {NotAfter:u}")]
        public static partial void Loaded(ILogger logger, string path, string subject, DateTime notAfter);

        [LoggerMessage(32, LogLevel.Error, "certificate refused, the last good one (until {NotAfter:u}) stays: {Error}")]
        public static partial void Refused(ILogger logger, string error, DateTime notAfter);
    }
}
