using HaWebhook.Serving;

namespace HaWebhook.Certificates;

/// <summary>
/// Whether API servers will trust a certificate from files: a replica that they would not takes no place of one that they do. Looked at until it is so, and
/// never again: what goes wrong later goes wrong for all replicas, and the self-check tells.
/// </summary>
internal sealed partial class FileTrust(
    WebhookConfigurations webhooks, ServiceIdentity identity, FileCertificate certificate, ServingOptions options, ClusterClock time, TimeProvider clock,
    ILogger<FileTrust> logger)
    : BackgroundService, IReadiness
{
    private volatile string? _notReady = "nobody has looked yet whether API servers trust the certificate";

    public string? NotReady => _notReady;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested && await ProblemAsync(stoppingToken) is { } problem)
        {
            if (problem != _notReady)
            {
                _notReady = problem;
                Log.Distrusted(logger, problem);
            }

            await Task.Delay(options.PollInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _notReady = null;
    }

    /// <summary>Why API servers would not trust it, as far as can be told; null where they would, or where none is told to call.</summary>
    private async Task<string?> ProblemAsync(CancellationToken stopping)
    {
        try
        {
            var (found, unknown, _) = await webhooks.ReadAsync(stopping);
            var problem = found.SelectMany(configuration => configuration.Webhooks.Select(webhook => ProblemOf(configuration, webhook)))
                .FirstOrDefault(problem => problem is not null);
            if (problem is null && unknown.Count > 0)
            {
                // They may come later, and cannot be waited for: whoever installs them may wait for this.
                Log.Unknown(logger, string.Join("; ", unknown));
            }

            return problem;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return $"whether API servers trust the certificate cannot be told: {exception.Message}";
        }
    }

    private string? ProblemOf(WebhookConfiguration configuration, ConfiguredWebhook webhook)
    {
        var problem = webhook.Bundle switch
        {
            null => "holds no certificate in PEM",
            { Certificates.Length: 0 } => "is empty; whoever manages the certificates has to write it",
            var bundle => new ServedCertificate(certificate.Current, identity.DnsName, time.Now.AtServer).Refusal(bundle) is { } refusal
                ? $"does not verify the certificate of {options.TlsCertificate}: {refusal}"
                : null,
        };
        return problem is null ? null : $"{configuration.Kind} {configuration.Name}, webhook {webhook.Name}: caBundle {problem}";
    }

    private static partial class Log
    {
        [LoggerMessage(38, LogLevel.Error, "not ready, for API servers would not trust the certificate: {Problem}")]
        public static partial void Distrusted(ILogger logger, string problem);

        [LoggerMessage(39, LogLevel.Warning, "whether API servers trust the certificate is not known: {Problems}")]
        public static partial void Unknown(ILogger logger, string problems);
    }
}
