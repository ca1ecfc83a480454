using System.CommandLine;
using System.Globalization;
using System.Net;
using HaWebhook.Admission;
using HaWebhook.Policy.Configuration;
using HaWebhook.Serving;
using HaWebhook.Telemetry.Logs;

namespace HaWebhook.Commands;

/// <summary>The options of <c>serve</c>.</summary>
internal sealed class ServeOptions
{
    private static readonly ServingOptions _default = new();

    private readonly Option<int> _port = EnvironmentOption.Create(
        "--port", "Port of the webhooks, over TLS; 0 for any free one.", _default.Port, CommandOptions.TryPort);

    private readonly Option<int> _healthPort = EnvironmentOption.Create(
        "--health-port", "Port of /livez, /readyz and /metrics, over plain HTTP; 0 for any free one.", _default.HealthPort, CommandOptions.TryPort);

    private readonly Option<IPAddress> _bind = EnvironmentOption.Create("--bind", "The address to listen on.", _default.Bind, CommandOptions.TryAddress);

    private readonly Option<string?> _policy = CommandOptions.Policy();

    private readonly Option<Mode?> _mode = CommandOptions.Mode();

    private readonly Option<string?> _kubeConfig = CommandOptions.KubeConfig();

    private readonly Option<string?> _context = CommandOptions.Context();

    private readonly Option<bool> _noCluster = Switch("--no-cluster", "Judge objects by themselves, without looking at a cluster.");

    private readonly Option<string> _service = EnvironmentOption.Create(
        "--service", "The Service in front of the webhook: certificates and webhook configurations name it.", _default.Service, CommandOptions.TryName);

    private readonly Option<string?> _namespace = EnvironmentOption.Create<string?>(
        "--namespace", "The namespace of the Service; without one the pod's own.", null, CommandOptions.TryName!);

    private readonly Option<string?> _webhookConfiguration = EnvironmentOption.Create<string?>(
        "--webhook-configuration", "The name of both webhook configurations; without one the Service's.", null, CommandOptions.TryObjectName!);

    private readonly CertificateCommandOptions _certificates = new();

    private readonly Option<TimeSpan> _drainTime = EnvironmentOption.Create(
        "--drain-time", "How long at least to serve on after SIGTERM, until nobody asks any more.", _default.DrainTime, TryDrainTime);

    private readonly Option<int> _maxReviews = EnvironmentOption.Create(
        "--max-reviews", "How many reviews to decide at a time; as many more wait in line.", _default.MaxReviews, TryReviews);

    private readonly Option<long> _maxReviewBytes = EnvironmentOption.Create(
        "--max-review-bytes",
        "How much memory large reviews (more than 256Ki) may take at a time; the rest waits in line.",
        _default.MaxReviewBytes,
        TryReviewBytes);

    private readonly Option<bool> _selfCheck = Switch("--self-check", "Check every minute that the API server reaches this webhook and trusts it.");

    private readonly ServeAuditOptions _audit = new();

    private readonly Option<LogFormat> _logFormat = EnvironmentOption.Create(
        "--log-format", "auto (json in a container, else text), json or text.", _default.LogFormat, CommandOptions.TryLogFormat);

    /// <summary>All of them, as the help lists them.</summary>
    public IReadOnlyList<Option> All =>
    [
        _port, _healthPort, _bind, _policy, _mode,
        _kubeConfig, _context, _noCluster,
        _service, _namespace, _webhookConfiguration,
        .. _certificates.All,
        _drainTime, _maxReviews, _maxReviewBytes,
        _selfCheck,
        .. _audit.All,
        _logFormat,
    ];

    /// <summary>What is asked for.</summary>
    public ServingOptions Of(ParseResult parsed) => new()
    {
        Port = parsed.GetValue(_port),
        HealthPort = parsed.GetValue(_healthPort),
        Bind = parsed.GetValue(_bind)!,
        PolicyFile = parsed.GetValue(_policy),
        Mode = parsed.GetValue(_mode),
        KubeConfig = parsed.GetValue(_kubeConfig),
        Context = parsed.GetValue(_context),
        NoCluster = parsed.GetValue(_noCluster),
        Service = parsed.GetValue(_service)!,
        Namespace = parsed.GetValue(_namespace),
        WebhookConfiguration = parsed.GetValue(_webhookConfiguration),
        TlsCertificate = _certificates.CertificateFile(parsed),
        TlsKey = _certificates.KeyFile(parsed),
        Certificates = _certificates.Of(parsed),
        DrainTime = parsed.GetValue(_drainTime),
        MaxReviews = parsed.GetValue(_maxReviews),
        MaxReviewBytes = parsed.GetValue(_maxReviewBytes),
        SelfCheck = parsed.GetValue(_selfCheck),
        Audit = _audit.Of(parsed),
        LogFormat = parsed.GetValue(_logFormat),
    };

    /// <summary>What does not go together, a line for each. Asked of the values, wherever they come from: the environment counts like the command line.</summary>
    public static IEnumerable<string> ProblemsOf(ServingOptions options)
    {
        if (options.Port == options.HealthPort && options.Port != 0)
        {
            yield return $"--port and --health-port are both {options.Port}; they must differ";
        }

        if (options.NoCluster && (options.KubeConfig ?? options.Context) is not null)
        {
            yield return "--no-cluster goes without --kubeconfig and --context";
        }

        if (options.NoCluster && options.SelfCheck)
        {
            yield return "--self-check needs a cluster and goes without --no-cluster";
        }

        foreach (var problem in CertificateCommandOptions.ProblemsOf(options).Concat(ServeAuditOptions.ProblemsOf(options)))
        {
            yield return problem;
        }
    }

    /// <summary>An option that is on where it is given without a value.</summary>
    public static Option<bool> Switch(string name, string description)
    {
        var option = EnvironmentOption.Create(name, description, false, CommandOptions.TrySwitch);
        option.Arity = ArgumentArity.ZeroOrOne;
        return option;
    }

    /// <summary>Kubernetes kills a pod in the end that takes longer than its grace period, and nobody sets one of hours.</summary>
    private static bool TryDrainTime(string text, out TimeSpan value, out string expected)
    {
        var isDuration = CommandOptions.TryDuration(text, out value, out _);
        expected = "a whole number with s or m, such as 15s, and at most 60m";
        return isDuration && value <= TimeSpan.FromHours(1);
    }

    private static bool TryReviews(string text, out int value, out string expected)
    {
        expected = "a whole number from 1 to 100000";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is > 0 and <= 100_000;
    }

    /// <summary>The largest review must fit: what is never read is never judged, and a webhook that fails open lets it in.</summary>
    private static bool TryReviewBytes(string text, out long value, out string expected)
    {
        var isSize = CommandOptions.TryBytes(text, out value, out var size);
        expected = $"{size}, and at least {AdmissionEndpoint.LargestBody >> 20}Mi: the largest review";
        return isSize && value >= AdmissionEndpoint.LargestBody;
    }
}
