using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Kubernetes.Leases;

/// <summary>Lets one of several replicas do a piece of work: the one that holds a Lease.</summary>
/// <remarks>
/// It is as safe as Kubernetes' own: two may do the work at once only where one of them is stopped for longer than the lease's duration and
/// wakes up before it
/// notices. Work that must not be done twice has to use a resourceVersion of its own.
/// </remarks>
public sealed partial class LeaseElector
{
    private readonly LeaseElectorOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<LeaseElector> _logger;
    private readonly LeaseRecord _lease;
    private volatile bool _isLeading;
    private readonly LogPace _failures;
    private string? _lastError;
    private bool _isTold;
    private long _heldAt;

    /// <summary>Makes a candidate.</summary>
    /// <param name="client">Where the lease is. It needs get, create and update on leases of coordination.k8s.io.</param>
    /// <param name="options">Which lease, and how long things may take.</param>
    /// <param name="logger">Is told of gains and losses.</param>
    /// <exception cref="ArgumentException">The times do not follow one another, or are shorter than a second where seconds are counted.</exception>
    public LeaseElector(KubernetesClient client, LeaseElectorOptions options, ILogger<LeaseElector> logger)
    {
        if (options.LeaseDuration < TimeSpan.FromSeconds(1) || options.RenewDeadline >= options.LeaseDuration || options.RetryPeriod >= options.RenewDeadline)
        {
            throw new ArgumentException("must be RetryPeriod < RenewDeadline < LeaseDuration, and LeaseDuration at least 1 s", nameof(options));
        }

        _options = options;
        _clock = client.Clock;
        _logger = logger;
        _lease = new LeaseRecord(client, options);
        _failures = new LogPace(_clock);
    }

    /// <summary>Whether this candidate holds the lease, and its work may go on.</summary>
    public bool IsLeading => _isLeading;

    /// <summary>
    /// Waits for the lease, does the work while it is held, and starts over when it is lost. When cancelled, ends the work, gives the lease up
    /// and returns.
    /// </summary>
    /// <param name="work">
    /// The work. Its token is cancelled when the lease is lost: it has to end then. It may end by itself; the lease is then kept idle.
    /// </param>
    /// <param name="cancellation">Ends it all.</param>
    /// <exception cref="Exception">What the work throws, after the lease is given up; a cancellation is none.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await AcquireAsync(cancellation);
                await LeadAsync(work, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task AcquireAsync(CancellationToken cancellation)
    {
        while (!await TryHoldAsync(_options.RenewDeadline, cancellation))
        {
            // Candidates that start together must not ask together for ever.
            await Task.Delay(_options.RetryPeriod * (1 + (Random.Shared.NextDouble() / 5)), _clock, cancellation);
        }
    }

    private async Task LeadAsync(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Log.Gained(_logger, _options.Identity, _options.Namespace, _options.Name);
        _isLeading = true;
        var working = Task.Run(() => work(lost.Token), CancellationToken.None);
        try
        {
            await RenewAsync(working, cancellation);
        }
        finally
        {
            _isLeading = false;
            await lost.CancelAsync();
            await Quietly(working);
            await ReleaseAsync();
            Log.Ended(_logger, _options.Identity, _options.Namespace, _options.Name);
        }

        // Only now, when the lease is free for somebody who may do better.
        if (working.IsFaulted)
        {
            await working;
        }
    }

    /// <summary>Renews the lease until that fails for too long, or the work fails.</summary>
    private async Task RenewAsync(Task working, CancellationToken cancellation)
    {
        while (!working.IsFaulted)
        {
            var pause = Task.Delay(_options.RetryPeriod, _clock, cancellation);
            await (working.IsCompleted ? pause : Task.WhenAny(pause, working));
            cancellation.ThrowIfCancellationRequested();
            var left = _options.RenewDeadline - _clock.GetElapsedTime(_heldAt);
            if (left > TimeSpan.Zero && await TryHoldAsync(left, cancellation))
            {
                continue;
            }

            if (_lease.IsHeldByAnother || _clock.GetElapsedTime(_heldAt) >= _options.RenewDeadline)
            {
                Log.Lost(_logger, _options.Identity, _options.Namespace, _options.Name, _lastError ?? "somebody else holds it");
                return;
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a try fails with, the next one may succeed, and the deadline watches over both.")]
    private async Task<bool> TryHoldAsync(TimeSpan limit, CancellationToken cancellation)
    {
        using var time = new CancellationTokenSource(limit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        try
        {
            // Others count from when they see the change, which is after it was asked for.
            var asked = _clock.GetTimestamp();
            var held = await _lease.TryHoldAsync(either.Token);
            _heldAt = held ? asked : _heldAt;
            (_lastError, _isTold) = (null, false);
            return held;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            var error = ApiErrors.Printable(time.IsCancellationRequested ? "no answer in time" : exception.Message);
            if ((!_isTold || _lastError != error) && _failures.IsDue(out _))
            {
                _isTold = true;
                Log.Failed(_logger, _options.Namespace, _options.Name, error);
            }

            _lastError = error;
            return false;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A lease that cannot be given up expires.")]
    private async Task ReleaseAsync()
    {
        try
        {
            using var time = new CancellationTokenSource(_options.RetryPeriod, _clock);
            await _lease.ReleaseAsync(time.Token);
        }
        catch (Exception exception)
        {
            Log.Failed(_logger, _options.Namespace, _options.Name, ApiErrors.Printable(exception.Message));
        }
    }

    private static async Task Quietly(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Information, "{Identity} holds the lease {Namespace}/{Name}")]
        public static partial void Gained(ILogger logger, string identity, string @namespace, string name);

        [LoggerMessage(61, LogLevel.Warning, "{Identity} loses the lease {Namespace}/{Name}: {Error}")]
        public static partial void Lost(ILogger logger, string identity, string @namespace, string name, string error);

        [LoggerMessage(62, LogLevel.Information, "{Identity} no longer holds the lease {Namespace}/{Name}")]
        public static partial void Ended(ILogger logger, string identity, string @namespace, string name);

        [LoggerMessage(63, LogLevel.Warning, "the lease {Namespace}/{Name} cannot be taken or kept: {Error}")]
        public static partial void Failed(ILogger logger, string @namespace, string name, string error);
    }
}
