using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaWebhook.Commands;
using HaWebhook.Serving;

namespace HaWebhook.Certificates;

/// <summary>
/// A certificate from files, such as those of a mounted Secret, with the intermediates that stand beside it. Read again when they change: by
/// their content, because Kubernetes swaps links. A bad pair is refused and the last good one stays; one that API servers would refuse is taken only where
/// they refuse what there is as well.
/// </summary>
internal sealed partial class FileCertificate : IServingCertificate, IPolledFile
{
    private readonly ServingOptions _options;
    private readonly CertificateMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<FileCertificate> _logger;
    private volatile SslStreamCertificateContext _current;
    private string _lastText;
    private string? _lastComplaint;
    private string? _lastWarning;

    /// <exception cref="CommandException">There is no good certificate to start with.</exception>
    public FileCertificate(ServingOptions options, CertificateMetrics metrics, TimeProvider clock, ILogger<FileCertificate> logger)
    {
        (_options, _metrics, _clock, _logger) = (options, metrics, clock, logger);
        _lastText = ReadFiles();
        _current = Parse(_lastText);
        Tell();
        metrics.Observe(() => [(CertificateMetrics.Leaf, Certificate, Certificate.NotAfter - Certificate.NotBefore)]);
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
                // Nothing but time has passed, and that may be enough.
                Warn();
                return;
            }

            var read = Parse(text);
            if (ProblemOf(read.TargetCertificate) is { } problem && ProblemOf(Certificate) is null)
            {
                // Read again at each look: it may be fit later, or the one in use no longer.
                throw new CommandException($"the certificate of {_options.TlsCertificate} {problem}");
            }

            _current = read;
            (_lastText, _lastComplaint, _lastWarning) = (text, null, null);
            _metrics.Renewed(CertificateMetrics.Leaf);
            Tell();
        }
        catch (CommandException exception)
        {
            if (exception.Message != _lastComplaint)
            {
                _lastComplaint = exception.Message;
                _metrics.Failed(CertificateMetrics.Leaf);
                Log.Refused(_logger, exception.Message, Certificate.NotAfter.ToUniversalTime());
            }
        }
    }

    private void Tell()
    {
        Log.Loaded(_logger, _options.TlsCertificate!, LogLine.Of(Certificate.Subject), Certificate.NotAfter.ToUniversalTime());
        Warn();
    }

    /// <summary>Says what is wrong with the certificate. It is shown all the same: it is what there is, and only API servers know whether it will do.</summary>
    private void Warn()
    {
        var warning = ProblemOf(Certificate);
        if (warning is not null && warning != _lastWarning)
        {
            Log.Unfit(_logger, _options.TlsCertificate!, warning);
        }

        _lastWarning = warning;
    }

    /// <summary>Why API servers would refuse a certificate; null where they would not, as far as can be seen from it alone.</summary>
    private string? ProblemOf(X509Certificate2 certificate)
    {
        var now = _clock.GetUtcNow();
        var name = _options.Namespace is { } namespaceName ? $"{_options.Service}.{namespaceName}.svc" : null;
        return now >= certificate.NotAfter.ToUniversalTime() ? $"ended at {certificate.NotAfter.ToUniversalTime():u}: API servers refuse it"
            : now < certificate.NotBefore.ToUniversalTime() ? $"is valid from {certificate.NotBefore.ToUniversalTime():u} only: until then API servers refuse it"
            : !certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any(names => names.EnumerateDnsNames().Any())
                ? "has no DNS name (subjectAltName): API servers look at nothing else, and ask for SERVICE.NAMESPACE.svc"
            : name is not null && !certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false)
                ? $"is not for {name}, the name that API servers ask for"
            : null;
    }

    /// <summary>Both files as one text, the key last: they are compared and read as one, so that no half of a pair is ever used.</summary>
    private string ReadFiles() => ReadText(_options.TlsCertificate!) + "\n" + ReadText(_options.TlsKey!);

    private static string ReadText(string path) => GivenFile.ReadText(path, CertificateBundle.LongestPem, "a certificate or a key");

    private SslStreamCertificateContext Parse(string pem)
    {
        try
        {
            var certificate = PlatformCertificate.Usable(X509Certificate2.CreateFromPem(pem, pem));
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

        [LoggerMessage(37, LogLevel.Error, "the certificate of {Path} {Problem}")]
        public static partial void Unfit(ILogger logger, string path, string problem);
    }
}
