using System.CommandLine;
using System.CommandLine.Parsing;
using HaWebhook.Certificates;

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

    /// <summary>Says what does not go together.</summary>
    public void Check(CommandResult result)
    {
        var (mode, certificate) = (result.GetValue(_mode), result.GetValue(_certificate));
        if (certificate is null != result.GetValue(_key) is null)
        {
            result.AddError("--tls-cert and --tls-key come together or not at all");
        }

        if (mode == CertificateMode.Files && certificate is null)
        {
            result.AddError("--certificates files goes with --tls-cert and --tls-key");
        }

        if (mode == CertificateMode.SelfManaged && certificate is not null)
        {
            result.AddError("--certificates self-managed goes without --tls-cert and --tls-key");
        }

        if (result.GetValue(_clientNames) is { Count: > 0 } && result.GetValue(_clientAuthorities) is null)
        {
            result.AddError("--client-name goes with --client-ca");
        }

        var lifetimes = new CertificateOptions
        {
            AuthorityLifetime = result.GetValue(_authorityLifetime),
            CertificateLifetime = result.GetValue(_lifetime),
            Propagation = result.GetValue(_propagation),
        };
        if (mode == CertificateMode.SelfManaged && lifetimes.Problem is { } problem)
        {
            result.AddError(problem);
        }
    }

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

    private static bool TryMode(string text, out CertificateMode? value, out string expected)
    {
        expected = "files or self-managed";
        value = text switch { "files" => CertificateMode.Files, "self-managed" => CertificateMode.SelfManaged, _ => null };
        return value is not null;
    }
}
