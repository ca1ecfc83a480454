using HaWebhook.Certificates;
using HaWebhook.Kubernetes;
using HaWebhook.Kubernetes.Leases;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Serving;

namespace HaWebhook.Auditing.Background;

/// <summary>
/// Has one of all replicas audit the cluster: the one that holds the lease. It gives the lease up as soon as it drains, and another begins.
/// Nothing that goes wrong here ends the server.
/// </summary>
internal sealed partial class BackgroundAudit : BackgroundService
{
    private static readonly TimeSpan _lookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _pauseAfterFault = TimeSpan.FromSeconds(30);

    private readonly AuditRounds _rounds;
    private readonly LeaseElector _elector;
    private readonly Drain _drain;
    private readonly Readiness _readiness;
    private readonly TimeSpan _look;
    private readonly TimeProvider _clock;
    private readonly ILogger<BackgroundAudit> _logger;

    public BackgroundAudit(
        KubernetesClient client,
        ServiceIdentity identity,
        AuditRounds rounds,
        Drain drain,
        Readiness readiness,
        ServingOptions options,
        TimeProvider clock,
        ILogger<LeaseElector> leaseLogger,
        ILogger<BackgroundAudit> logger)
    {
        (_rounds, _drain, _readiness, _clock, _logger) = (rounds, drain, readiness, clock, logger);
        _look = options.Audit.Settling < _lookInterval ? options.Audit.Settling : _lookInterval;

        // The proportions of Kubernetes' own controllers. A pod that is started anew may have the name of the one before it.
        var lease = options.Audit.LeaseDuration;
        _elector = new LeaseElector(
            client,
            new(identity.Namespace, LeaseOf(identity.Service), $"{Environment.MachineName}_{Guid.NewGuid():N}")
            {
                LeaseDuration = lease,
                RenewDeadline = lease * 2 / 3,
                RetryPeriod = lease * 2 / 15,
            },
            leaseLogger);
    }

    /// <summary>The name of the lease of an installation.</summary>
    public static string LeaseOf(string service) => $"{service}-audit";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var leading = LeadAsync(stop.Token);
        await Task.WhenAny(leading, _drain.Begun);
        await stop.CancelAsync();
        await leading;
    }

    private async Task LeadAsync(CancellationToken stop)
    {
        try
        {
            // What cannot decide reviews yet has no time for this, and knows no better than another.
            while (_readiness.NotReady is not null)
            {
                await Task.Delay(_look, _clock, stop);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _elector.RunAsync(_rounds.RunAsync, stop);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Log.Failed(_logger, SingleLine.InLog($"{exception.GetType().Name}: {exception.Message}"));
                await Task.Delay(_pauseAfterFault, _clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(110, LogLevel.Error, "the audit in the background ends, and begins anew after a pause: {Error}")]
        public static partial void Failed(ILogger logger, string error);
    }
}
