using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaWebhook.Commands;
using HaWebhook.Serving;

namespace HaWebhook.Certificates;

/// <summary>
/// Who may call, where not everybody may: who shows a certificate for clients that one of the given authorities signed, and that has one of the
/// given names. The authorities' file is read again when it changes; a bad one is refused and the last good one stays.
/// </summary>
internal sealed partial class CallerCertificates : IPolledFile
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";
    private const string CommonName = "2.5.4.3";

    /// <summary>Whoever is refused may try again as often as he likes: the log is not his to fill.</summary>
    private static readonly TimeSpan _logInterval = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly IReadOnlyList<string> _names;
    private readonly TimeProvider _clock;
    private readonly ILogger<CallerCertificates> _logger;
    private readonly Lock _logging = new();
    private volatile CertificateBundle _trusted;
    private string _lastText;
    private string? _lastComplaint;
    private long? _loggedAt;

    /// <exception cref="CommandException">There are no authorities to start with.</exception>
    public CallerCertificates(ServingOptions options, TimeProvider clock, ILogger<CallerCertificates> logger)
    {
        (_path, _names, _clock, _logger) = (options.Certificates.ClientAuthorities!, options.Certificates.ClientNames, clock, logger);
        _lastText = ReadText();
        _trusted = Parse(_lastText);
        Log.Loaded(logger, _path, _trusted.Certificates.Length, _names.Count == 0 ? "any name" : string.Join(", ", _names));
    }

    /// <summary>The authorities.</summary>
    public CertificateBundle Trusted => _trusted;

    /// <summary>How a chain of trust is looked for: from these authorities and no other, for clients, and without calling anybody.</summary>
    public static X509ChainPolicy PolicyOf(CertificateBundle trusted)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(ForClients));
        policy.CustomTrustStore.AddRange(trusted.Certificates.ToArray());
        return policy;
    }

    public void Refresh()
    {
        try
        {
            var text = ReadText();
            if (text == _lastText)
            {
                return;
            }

            _trusted = Parse(text);
            (_lastText, _lastComplaint) = (text, null);
            Log.Loaded(_logger, _path, _trusted.Certificates.Length, _names.Count == 0 ? "any name" : string.Join(", ", _names));
        }
        catch (CommandException exception)
        {
            if (exception.Message != _lastComplaint)
            {
                _lastComplaint = exception.Message;
                Log.Refused(_logger, exception.Message);
            }
        }
    }

    /// <summary>Whether a caller may call.</summary>
    /// <param name="shown">His certificate; null where he showed none.</param>
    /// <param name="chain">What came of looking for a chain of trust.</param>
    /// <param name="errors">What is wrong with it.</param>
    public bool Accepts(X509Certificate2? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        var problem = shown is null ? "shows no client certificate"
            : errors != SslPolicyErrors.None ? $"shows {LogLine.Of(shown.Subject)}, which is not to be trusted: {Problems(chain)}"
            : _names.Count > 0 && !NamesOf(shown).Any(_names.Contains) ? $"shows {LogLine.Of(shown.Subject)}, which has none of the names {string.Join(", ", _names)}"
            : null;
        if (problem is not null && IsLogged())
        {
            Log.TurnedAway(_logger, problem);
        }

        return problem is null;
    }

    private static IEnumerable<string> NamesOf(X509Certificate2 certificate)
    {
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonName && part.GetSingleElementValue() is { } name)
            {
                yield return name;
            }
        }

        foreach (var name in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()))
        {
            yield return name;
        }
    }

    private static string Problems(X509Chain? chain) =>
        chain is null || chain.ChainStatus.Length == 0 ? "it cannot be verified" : string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());

    private bool IsLogged()
    {
        lock (_logging)
        {
            if (_loggedAt is { } at && _clock.GetElapsedTime(at) < _logInterval)
            {
                return false;
            }

            _loggedAt = _clock.GetTimestamp();
            return true;
        }
    }

    private string ReadText() => GivenFile.ReadText(_path, CertificateBundle.LongestPem, "a list of authorities");

    private CertificateBundle Parse(string pem) => CertificateBundle.TryParse(pem) is { Certificates.Length: > 0 } bundle
        ? bundle
        : throw new CommandException($"{_path}: holds no certificates in PEM; --client-ca needs those of the authorities that sign client certificates");

    private static partial class Log
    {
        [LoggerMessage(33, LogLevel.Information, "only callers with a client certificate may call: {Path} holds {Count} authorities, and the certificate must have {Names}")]
        public static partial void Loaded(ILogger logger, string path, int count, string names);

        [LoggerMessage(34, LogLevel.Error, "authorities of callers refused, the last good ones stay: {Error}")]
        public static partial void Refused(ILogger logger, string error);

        [LoggerMessage(35, LogLevel.Warning, "a caller is turned away who {Problem} (said at most once a minute)")]
        public static partial void TurnedAway(ILogger logger, string problem);
    }
}
