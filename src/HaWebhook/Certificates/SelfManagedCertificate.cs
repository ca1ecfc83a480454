using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;

namespace HaWebhook.Certificates;

/// <summary>
/// A certificate that this replica signs for itself, with an authority that all replicas share through a Secret and that the webhook
/// configurations tell API servers to trust. It looks at all of that again and again, and puts right what is not.
/// </summary>
internal sealed partial class SelfManagedCertificate : BackgroundService, IServingCertificate
{
    /// <summary>How long one look may take, with all that it writes.</summary>
    private static readonly TimeSpan _longestRound = TimeSpan.FromSeconds(20);

    /// <summary>How often a look is begun again at once because another replica wrote first.</summary>
    private const int MostConflicts = 8;

    private readonly ServiceIdentity _identity;
    private readonly AuthorityStore _store;
    private readonly WebhookConfigurations _webhooks;
    private readonly AuthorityPlanner _planner;
    private readonly AuthorityMemory _memory;
    private readonly CertificateOptions _options;
    private readonly CertificateMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<SelfManagedCertificate> _logger;
    private readonly OwnCertificate _own;
    private readonly CertificateComplaints _complaints;
    private volatile string? _notReady;
    private volatile bool _isInSync;
    private bool _wasReady;

    public SelfManagedCertificate(
        ServiceIdentity identity, AuthorityStore store, WebhookConfigurations webhooks, ServingOptions options, CertificateMetrics metrics,
        TimeProvider clock, ILogger<SelfManagedCertificate> logger)
    {
        (_identity, _store, _webhooks, _options, _metrics, _clock, _logger) = (identity, store, webhooks, options.Certificates, metrics, clock, logger);
        _memory = new(_options, clock);
        _planner = new(_options, identity, OwnCertificate.SomewhereInLife());
        _own = new(identity, _options, _memory, metrics, clock, logger);
        _complaints = new(clock, logger);
        _notReady = $"the Secret {identity.Namespace}/{identity.Secret} of the certificate authority has not been read yet";
        metrics.Observe(InUse);
        metrics.ObserveBundles(() => _isInSync);
    }

    public SslStreamCertificateContext? Current => _own.Leaf?.Context;

    public string? NotReady => _notReady;

    private DateTimeOffset Now => _clock.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            failures = await LookAsync(stoppingToken) ? 0 : failures + 1;

            // Replicas that start together must not ask together for ever. What failed is tried again sooner at first.
            var pause = failures is > 0 and < 5 ? TimeSpan.FromSeconds(0.5 * (1 << failures)) : _options.LookInterval;
            pause = (pause < _options.LookInterval ? pause : _options.LookInterval) * (0.9 + (Random.Shared.NextDouble() / 5));
            await Task.Delay(pause, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks at everything once. Whatever goes wrong is said, and ends neither the looking nor the server.</summary>
    /// <returns>Whether all is as it should be.</returns>
    private async Task<bool> LookAsync(CancellationToken stopping)
    {
        using var time = new CancellationTokenSource(_longestRound, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, stopping);
        try
        {
            // First, because it needs nobody: also while the API server is away, a certificate is renewed in time.
            _own.Renew();
            await RoundsAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            var problem = exception switch
            {
                CertificateException or KubernetesApiException or HttpRequestException or TimeoutException or InvalidDataException
                    or KubernetesConfigurationException => exception.Message,
                _ when time.IsCancellationRequested => $"the API server did not answer within {_longestRound.TotalSeconds:0} s",
                _ => $"{exception.GetType().Name}: {exception.Message}",
            };
            Complain(problem);
            return false;
        }
    }

    private async Task RoundsAsync(CancellationToken cancellation)
    {
        for (var conflicts = 1; ; conflicts++)
        {
            try
            {
                await RoundAsync(cancellation);
                return;
            }
            catch (KubernetesApiException exception) when (exception.Code == 409 && conflicts <= MostConflicts)
            {
                // Another replica wrote first, most likely what was to be written here: read again. Not all at the same moment.
                await Task.Delay(TimeSpan.FromMilliseconds(conflicts * Random.Shared.Next(20, 100)), _clock, cancellation);
            }
        }
    }

    /// <summary>
    /// The configurations are read before the Secret and written only as they were read. A replica that was asleep in between cannot write
    /// what it knew then: whoever adds an authority to the Secret writes the configurations after that.
    /// </summary>
    private async Task RoundAsync(CancellationToken cancellation)
    {
        var (configurations, problems) = await _webhooks.ReadAsync(cancellation);
        var authorities = await SettleAsync(cancellation);
        _memory.Saw(authorities);
        if (_own.Leaf is null)
        {
            _own.Sign(authorities.Current);
        }

        configurations = await InjectAsync(configurations, authorities.Bundle, cancellation);
        _memory.Trusted.Saw(problems.Count == 0 ? TrustedBy(configurations) : CertificateBundle.Empty);
        var leaf = _own.Follow(authorities.Current);
        _isInSync = problems.Count == 0 && configurations.All(configuration => configuration.Holds(authorities.Bundle));
        if (problems.Count > 0)
        {
            throw new CertificateException(string.Join("; ", problems));
        }

        if (configurations.FirstOrDefault(configuration => !configuration.Trusts(leaf.Authority)) is { } other)
        {
            throw new CertificateException($"the caBundle of the {other.Kind} {other.Name} was written and does not hold {leaf.Authority.Name} all the same");
        }

        _notReady = null;
        _complaints.Over();
        if (!_wasReady)
        {
            _wasReady = true;
            Log.Ready(_logger, _identity.DnsName, leaf.Authority.Name);
        }
    }

    /// <summary>Reads the Secret and makes it what it has to be.</summary>
    private async Task<Authorities> SettleAsync(CancellationToken cancellation)
    {
        var secret = AuthoritySecret.Read(await _store.ReadAsync(cancellation), Now);
        var plan = _planner.Decide(secret, _memory, Now);
        if (plan.Authorities is not { } authorities)
        {
            throw new CertificateException(plan.Why!);
        }

        if (plan.Why is null)
        {
            return authorities;
        }

        try
        {
            await _store.WriteAsync(secret, authorities, cancellation);
        }
        catch (Exception exception) when (plan.IsRenewal && exception is not KubernetesApiException { Code: 409 })
        {
            _metrics.Failed(CertificateMetrics.Authority);
            throw;
        }

        Log.Written(_logger, plan.IsRepair ? LogLevel.Warning : LogLevel.Information, _identity.Namespace, _identity.Secret, plan.Why);
        if (plan.IsRenewal)
        {
            _metrics.Renewed(CertificateMetrics.Authority);
        }

        return authorities;
    }

    /// <summary>
    /// Puts the bundle into our webhooks where it is not. What is missing comes at once. What is too much goes later: another replica may know
    /// what it is for, and has the time to say so in the Secret.
    /// </summary>
    /// <returns>The configurations as they are then.</returns>
    private async Task<IReadOnlyList<WebhookConfiguration>> InjectAsync(
        IReadOnlyList<WebhookConfiguration> configurations, CertificateBundle bundle, CancellationToken cancellation)
    {
        var strangers = configurations.SelectMany(configuration => configuration.Webhooks)
            .Aggregate(CertificateBundle.Empty, (all, webhook) => webhook.Bundle is null ? all : all.With(webhook.Bundle))
            .Where(certificate => !bundle.Contains(certificate));
        _memory.Strangers.Saw(strangers);
        var tolerated = strangers.Where(certificate => !_memory.Strangers.HasSeenFor(certificate, _options.LookInterval * 1.5));
        var found = new List<WebhookConfiguration>();
        foreach (var configuration in configurations)
        {
            var wanted = bundle.With(tolerated.Where(configuration.Mentions));
            if (configuration.Holds(wanted))
            {
                found.Add(configuration);
                continue;
            }

            found.Add(await _webhooks.ApplyAsync(configuration, wanted, cancellation));
            Log.Injected(_logger, configuration.Kind, configuration.Name, string.Join(", ", wanted.Certificates.Select(CertificateAuthority.NameOf)));
        }

        return found;
    }

    /// <summary>Whom all webhooks of both configurations trust.</summary>
    private static CertificateBundle TrustedBy(IReadOnlyList<WebhookConfiguration> configurations)
    {
        var bundles = configurations.SelectMany(configuration => configuration.Webhooks).Select(webhook => webhook.Bundle ?? CertificateBundle.Empty).ToList();
        return bundles.Count == 0 ? CertificateBundle.Empty : bundles[0].Where(certificate => bundles.TrueForAll(bundle => bundle.Contains(certificate)));
    }

    private void Complain(string problem)
    {
        var leaf = _own.Leaf;
        _notReady = leaf is not null && Now >= leaf.NotAfter ? $"the certificate ended at {leaf.NotAfter:u}, and there is no other: {problem}"
            : _wasReady ? null
            : problem;
        _complaints.Say(problem, leaf?.NotAfter);
    }

    private IEnumerable<(string Kind, X509Certificate2 Certificate)> InUse()
    {
        if (_own.Leaf is { } leaf)
        {
            yield return (CertificateMetrics.Leaf, leaf.Certificate);
            yield return (CertificateMetrics.Authority, leaf.Authority.Certificate);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(90, LogLevel.Information, "API servers trust the certificate for {Name}: {Authority} is in the caBundle of both webhook configurations")]
        public static partial void Ready(ILogger logger, string name, string authority);

        [LoggerMessage(EventId = 92, Message = "the Secret {Namespace}/{Name} is written: {Why}")]
        public static partial void Written(ILogger logger, LogLevel level, string @namespace, string name, string why);

        [LoggerMessage(93, LogLevel.Information, "the caBundle of the {Kind} {Name} was not as it has to be; it is now: {Authorities}")]
        public static partial void Injected(ILogger logger, string kind, string name, string authorities);
    }
}
