using System.CommandLine;
using HaWebhook.Certificates;
using HaWebhook.Serving;

namespace HaWebhook.Commands;

/// <summary>The options of <c>serve</c> about certificates.</summary>
internal sealed class CertificateCommandOptions
{
    private static readonly CertificateOptions _defaults = new();

    private readonly Option<CertificateMode?> _mode = EnvironmentOption.Create<CertificateMode?>(
        "--certificates",
        "files (--tls-cert and --tls-key) or self-managed (a certificate authority in a Secret, kept up in the webhook configurations); "
            + "without it files where they are given, else a throw-away certificate.",
        null,
        TryMode);

    private readonly Option<string?> _certificate = EnvironmentOption.Create<string?>(
        "--tls-cert", "PEM file of the certificate and its chain.", null, CommandOptions.TryText);

    private readonly Option<string?> _key = EnvironmentOption.Create<string?>("--tls-key", "PEM file of the certificate's key.", null, CommandOptions.TryText);

    private readonly Option<string?> _secret = EnvironmentOption.Create<string?>(
        "--ca-secret", "Self-managed: the Secret of the authority; without it the Service's name with -ca.", null, CommandOptions.TryObjectName!);

    private readonly Option<TimeSpan> _authorityLifetime = EnvironmentOption.Create(
        "--ca-lifetime", "Self-managed: how long an authority is valid; replaced at 60 to 70 % of it.", _defaults.AuthorityLifetime, CommandOptions.TryDuration);

    private readonly Option<TimeSpan> _lifetime = EnvironmentOption.Create(
        "--certificate-lifetime",
        "Self-managed: how long a replica's certificate is valid; replaced at 60 to 70 % of it.",
        _defaults.CertificateLifetime,
        CommandOptions.TryDuration);

    private readonly Option<TimeSpan> _propagation = EnvironmentOption.Create(
        "--ca-propagation",
        "Self-managed: how long API servers get to take up the next authority before it signs.",
        _defaults.Propagation,
        CommandOptions.TryDuration);

    private readonly Option<string?> _clientAuthorities = EnvironmentOption.Create<string?>(
        "--client-ca", "PEM file of authorities: only who shows a client certificate of theirs may call.", null, CommandOptions.TryText);

    private readonly Option<IReadOnlyList<string>> _clientNames = EnvironmentOption.CreateList(
        "--client-name", "With --client-ca: a common name or DNS name that a client certificate must have; repeatable. Without it any name will do.");

    /// <summary>All of them, as the help lists them.</summary>
    public IReadOnlyList<Option> All =>
        [_mode, _certificate, _key, _secret, _authorityLifetime, _lifetime, _propagation, _clientAuthorities, _clientNames];

    public string? CertificateFile(ParseResult parsed) => parsed.GetValue(_certificate);

    public string? KeyFile(ParseResult parsed) => parsed.GetValue(_key);

    public CertificateOptions Of(ParseResult parsed) => new()
    {
        Mode = parsed.GetValue(_mode),
        Secret = parsed.GetValue(_secret),
        AuthorityLifetime = parsed.GetValue(_authorityLifetime),
        CertificateLifetime = parsed.GetValue(_lifetime),
        Propagation = parsed.GetValue(_propagation),
        ClientAuthorities = parsed.GetValue(_clientAuthorities),
        ClientNames = parsed.GetValue(_clientNames) ?? [],
    };

    /// <summary>What does not go together, a line for each.</summary>
    public static IEnumerable<string> ProblemsOf(ServingOptions options)
    {
        var certificates = options.Certificates;
        if (options.TlsCertificate is null != options.TlsKey is null)
        {
            yield return "--tls-cert and --tls-key come together or not at all";
        }

        if (certificates.Mode == CertificateMode.Files && options.TlsCertificate is null)
        {
            yield return "--certificates files goes with --tls-cert and --tls-key";
        }

        if (certificates.Mode == CertificateMode.SelfManaged && options.TlsCertificate is not null)
        {
            yield return "--certificates self-managed goes without --tls-cert and --tls-key";
        }

        if (certificates.ClientNames.Count > 0 && certificates.ClientAuthorities is null)
        {
            yield return "--client-name goes with --client-ca";
        }

        if (certificates.Mode == CertificateMode.SelfManaged && certificates.Problem is { } problem)
        {
            yield return problem;
        }
    }

    private static bool TryMode(string text, out CertificateMode? value, out string expected)
    {
        expected = "files or self-managed";
        value = text switch { "files" => CertificateMode.Files, "self-managed" => CertificateMode.SelfManaged, _ => null };
        return value is not null;
    }
}
