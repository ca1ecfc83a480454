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
    /// <summary>How often a look is begun again at once because another replica wrote first.</summary>
    private const int MostConflicts = 8;

    /// <summary>Longer ago than this, and what was found at the last look is not told any more.</summary>
    private static readonly TimeSpan _stale = TimeSpan.FromMinutes(1);

    private const long Never = -1;

    private readonly ServiceIdentity _identity;
    private readonly AuthorityStore _store;
    private readonly WebhookConfigurations _webhooks;
    private readonly AuthorityPlanner _planner;
    private readonly AuthorityMemory _memory;
    private readonly CertificateOptions _options;
    private readonly CertificateMetrics _metrics;
    private readonly ClusterClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<SelfManagedCertificate> _logger;
    private readonly OwnCertificate _own;
    private readonly BundleUpkeep _upkeep;
    private readonly CertificateComplaints _complaints;
    private volatile string? _ended;
    private volatile string? _problem;
    private volatile string? _renewalProblem;
    private long _inSyncAt = Never;
    private volatile bool _wasReady;

    public SelfManagedCertificate(
        ServiceIdentity identity, AuthorityStore store, WebhookConfigurations webhooks, ServingOptions options, CertificateMetrics metrics,
        ClusterClock clock, TimeProvider time, ILogger<SelfManagedCertificate> logger)
    {
        (_identity, _store, _webhooks, _options, _metrics) = (identity, store, webhooks, options.Certificates, metrics);
        (_clock, _time, _logger) = (clock, time, logger);
        _memory = new(_options, time);
        _planner = new(_options, identity, OwnCertificate.SomewhereInLife());
        _own = new(identity, _options, _memory, metrics, clock, logger);
        _upkeep = new(webhooks, store, _memory, _options, clock, logger);
        _complaints = new(time, logger);
        _problem = $"the Secret {identity.Namespace}/{identity.Secret} of the certificate authority has not been read yet";
        metrics.Observe(InUse);
        metrics.ObserveBundles(() => Volatile.Read(ref _inSyncAt) is not Never and var at && time.GetElapsedTime(at) < _stale);
    }

    public SslStreamCertificateContext? Current => _own.Leaf?.Context;

    public string? NotReady => _ended is { } ended ? Joined([ended, _problem]) : _wasReady ? null : _problem;

    /// <summary>
    /// That what is shown is over; null where it is not, or nothing is shown. Both loops keep it for <see cref="NotReady"/>, which each review asks for;
    /// neither waits for the other.
    /// </summary>
    private string? Ended => _own.Leaf is { } leaf && leaf.IsOver(_clock.Now) ? $"the certificate ended at {leaf.NotAfter:u}, and there is no other" : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] both = [LookOnAsync(stopping.Token), RenewOnAsync(stopping.Token)];
        await Task.WhenAny(both);

        // One ends before the server stops only where memory has run out: the other must not go on as if nothing had happened. The server ends, and is started anew.
        await stopping.CancelAsync();
        await Task.WhenAll(both);
    }

    private async Task LookOnAsync(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            failures = await LookAsync(stopping) ? 0 : failures + 1;

            // Replicas that start together must not ask together for ever. What failed is tried again sooner at first.
            var pause = failures is > 0 and < 5 ? TimeSpan.FromSeconds(0.5 * (1 << failures)) : _options.LookInterval;
            pause = (pause < _options.LookInterval ? pause : _options.LookInterval) * (0.9 + (Random.Shared.NextDouble() / 5));
            await Task.Delay(pause, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Renews the certificate in time, whatever becomes of the looks: an API server that is slow or away must not keep it.</summary>
    private async Task RenewOnAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                _own.Renew();
                _renewalProblem = null;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                _renewalProblem = $"the certificate cannot be renewed: {exception.GetType().Name}: {exception.Message}";
            }

            _ended = Ended;
            await Task.Delay(_options.LookInterval, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks at everything once. Whatever goes wrong is said, and ends neither the looking nor the server.</summary>
    /// <returns>Whether all is as it should be.</returns>
    private async Task<bool> LookAsync(CancellationToken stopping)
    {
        using var time = new CancellationTokenSource(_options.LongestRound, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, stopping);
        string? problem = null;
        try
        {
            problem = await RoundsAsync(either.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            problem = exception switch
            {
                CertificateException or KubernetesApiException or HttpRequestException or TimeoutException or InvalidDataException
                    or KubernetesConfigurationException => exception.Message,
                _ when time.IsCancellationRequested => $"the API server did not answer within {_options.LongestRound.TotalSeconds:0} s",
                _ => $"{exception.GetType().Name}: {exception.Message}",
            };
        }

        return Conclude(problem);
    }

    /// <summary>Says what is wrong, be it found by the look or by the renewal.</summary>
    /// <returns>Whether all is as it should be.</returns>
    private bool Conclude(string? found)
    {
        var problem = Joined([found, _renewalProblem]);
        _problem = problem;
        _ended = Ended;
        if (Joined([_ended, problem]) is not { } wrong)
        {
            _complaints.Over();
            return true;
        }

        _complaints.Say(wrong, _own.Leaf?.NotAfter);
        return false;
    }

    private async Task<string?> RoundsAsync(CancellationToken cancellation)
    {
        for (var conflicts = 1; ; conflicts++)
        {
            try
            {
                return await RoundAsync(cancellation);
            }
            catch (KubernetesApiException exception) when (exception.Code == 409 && conflicts <= MostConflicts)
            {
                // Another replica wrote first, most likely what was to be written here: read again. Not all at the same moment.
                await Task.Delay(TimeSpan.FromMilliseconds(conflicts * Random.Shared.Next(20, 100)), _time, cancellation);
            }
        }
    }

    /// <summary>
    /// The configurations are read before the Secret and written only as they were read. A replica that was asleep in between cannot write
    /// what it knew then: whoever adds an authority to the Secret writes the configurations after that.
    /// </summary>
    /// <returns>What is wrong though API servers trust what is shown; null where nothing is.</returns>
    private async Task<string?> RoundAsync(CancellationToken cancellation)
    {
        var (read, problems, isComplete) = await _webhooks.ReadAsync(cancellation);
        var isFound = problems.Count == 0;
        _clock.Compare();

        // What was found counts, not what is written below: somebody else may take that back at once. And what cannot be seen is not taken for seen
        // before who signs is near the end.
        if (isComplete || _own.Leaf?.Authority.IsNearEnd(_clock.Now) == true)
        {
            _memory.Trusted.Saw(TrustedBy(read));
        }

        var (secret, authorities) = await SettleAsync(problems, cancellation);
        _memory.Last = authorities;
        if (_own.Leaf is null)
        {
            // Before anything else can go wrong: who asks what is shown gets an answer.
            _own.Follow(authorities);
        }

        var configurations = await _upkeep.InjectAsync(read, authorities.Bundle, secret, problems, cancellation);
        var leaf = _own.Follow(authorities);
        var isInSync = isFound && read.All(configuration => configuration.Holds(authorities.Bundle));
        Volatile.Write(ref _inSyncAt, isInSync ? _time.GetTimestamp() : Never);
        var other = configurations.FirstOrDefault(configuration => !configuration.Trusts(leaf.Authority));
        if (other is not null || configurations.Count == 0)
        {
            throw new CertificateException(Joined(problems)
                ?? $"the caBundle of the {other!.Kind} {other.Name} was written and does not hold {leaf.Authority.Name} all the same");
        }

        if (!_wasReady)
        {
            _wasReady = true;
            Log.Ready(_logger, _identity.DnsName, leaf.Authority.Name, string.Join(" and the ", configurations.Select(configuration => configuration.Kind)));
        }

        // Whom API servers trust who call us by what is there is not to be kept waiting by what is not.
        return Joined(problems);
    }

    /// <summary>Reads the Secret and makes it what it has to be.</summary>
    /// <param name="problems">Gets a line where it cannot be written, and can be done without that.</param>
    /// <param name="cancellation">Ends it, with an exception.</param>
    /// <returns>The Secret as it is then, and whom to go by.</returns>
    private async Task<(AuthoritySecret Secret, Authorities Authorities)> SettleAsync(List<string> problems, CancellationToken cancellation)
    {
        var secret = await _store.ReadAsync(cancellation);
        var plan = _planner.Decide(secret, _memory, _clock.Now);
        if (plan.Authorities is not { } authorities)
        {
            throw new CertificateException(plan.Why!);
        }

        if (plan.Why is null)
        {
            return (secret, authorities);
        }

        try
        {
            secret = await _store.WriteAsync(secret, authorities, cancellation);
        }
        catch (Exception exception) when (exception is not KubernetesApiException { Code: 409 })
        {
            if (plan.IsRenewal)
            {
                _metrics.Failed(CertificateMetrics.Authority);
            }

            if ((exception is KubernetesApiException or CertificateException) && plan.Unwritten is { } unwritten)
            {
                problems.Add(exception.Message);
                return (secret, unwritten);
            }

            throw;
        }

        Log.Written(_logger, plan.IsRepair ? LogLevel.Warning : LogLevel.Information, _identity.Namespace, _identity.Secret, plan.Why);
        if (plan.IsRenewal)
        {
            _metrics.Renewed(CertificateMetrics.Authority);
        }

        return (secret, authorities);
    }

    /// <summary>Whom all webhooks trust that call us, as far as they can be seen.</summary>
    private static CertificateBundle TrustedBy(IReadOnlyList<WebhookConfiguration> configurations)
    {
        var bundles = configurations.SelectMany(configuration => configuration.Webhooks).Select(webhook => webhook.Bundle ?? CertificateBundle.Empty).ToList();
        return bundles.Count == 0 ? CertificateBundle.Empty : bundles[0].Where(certificate => bundles.TrueForAll(bundle => bundle.Contains(certificate)));
    }

    /// <summary>Problems as one line; null where there are none.</summary>
    private static string? Joined(IEnumerable<string?> problems) => string.Join("; ", problems.OfType<string>()) is { Length: > 0 } line ? line : null;

    private IEnumerable<(string Kind, X509Certificate2 Certificate, TimeSpan Lifetime)> InUse()
    {
        if (_own.Leaf is { } leaf)
        {
            yield return (CertificateMetrics.Leaf, leaf.Certificate, leaf.Lifetime);
            yield return (CertificateMetrics.Authority, leaf.Authority.Certificate, leaf.Authority.Lifetime);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(90, LogLevel.Information, "API servers trust the certificate for {Name}: {Authority} is in every caBundle of the {Kinds}")]
        public static partial void Ready(ILogger logger, string name, string authority, string kinds);

        [LoggerMessage(EventId = 92, Message = "the Secret {Namespace}/{Name} is written: {Why}")]
        public static partial void Written(ILogger logger, LogLevel level, string @namespace, string name, string why);
    }
}
