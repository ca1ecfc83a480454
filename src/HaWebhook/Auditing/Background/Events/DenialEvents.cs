using HaWebhook.Kubernetes;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Auditing.Background.Events;

/// <summary>
/// Tells denials of controllers as events, each once: a controller that is denied tries again for days. Every replica tells those that it has
/// made itself; two that deny the same make one event, by its name.
/// </summary>
internal sealed partial class DenialEvents(
    DeniedWrites denied, EventWriter writer, AuditMetrics metrics, TimeProvider clock, ILogger<DenialEvents> logger) : BackgroundService
{
    /// <summary>So many are remembered; then all are forgotten, and the API server is asked again, which knows.</summary>
    private const int MostRemembered = 1000;

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private readonly LogPace _failures = new(clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var write in denied.Waiting.ReadAllAsync(stoppingToken))
            {
                foreach (var rule in write.Rules)
                {
                    await TellAsync(write, rule, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task TellAsync(DeniedWrite write, string rule, CancellationToken stopping)
    {
        try
        {
            var name = writer.NameOf(EventWriter.Denied, write.Subject, rule);
            if (_said.Contains(name))
            {
                return;
            }

            var note = $"{rule}: {write.User} was denied: {write.Written}. The log of ha-webhook has each denial; ha-webhook explain {rule} tells what is required.";
            await writer.WriteAsync(name, EventWriter.Denied, write.Subject, rule, note, stopping);
            if (_said.Count >= MostRemembered)
            {
                _said.Clear();
            }

            _said.Add(name);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !stopping.IsCancellationRequested)
        {
            metrics.Wrote("event", "failure");
            if (_failures.IsDue(out var others))
            {
                Log.Failed(logger, others, SingleLine.InLog(exception.Message));
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(118, LogLevel.Warning, "a denial of a controller cannot be told as an event (untold before it: {Others}): {Error}")]
        public static partial void Failed(ILogger logger, int others, string error);
    }
}
