using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Serving;

namespace HaWebhook.Auditing.Background.Events;

/// <summary>
/// Tells what an audit found as events, one for each object and rule, and each once for as long as this replica leads and the finding stands.
/// </summary>
internal sealed partial class FindingEvents(EventWriter writer, AuditMetrics metrics, ServingOptions options, ILogger<FindingEvents> logger)
{
    /// <summary>The most that is told after one run; the rest after the next ones. Whoever gets more reads none.</summary>
    private const int MostEvents = 500;

    private HashSet<string>? _said;
    private string _lastError = "";

    /// <summary>This replica has begun to lead: it has to look what others have said.</summary>
    public void Begin() => (_said, _lastError) = (null, "");

    /// <summary>Tells what has not been told.</summary>
    /// <param name="report">The audit.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task TellAsync(AuditReport report, CancellationToken cancellation)
    {
        if (!options.Audit.Events)
        {
            return;
        }

        try
        {
            var said = _said ??= [.. await writer.NamesAsync(EventWriter.Audited, cancellation)];
            var due = Due(report);
            await WriteAsync(due.Where(each => !said.Contains(each.Key)), said, cancellation);
            if (!report.IsPartial)
            {
                // What is mended and breaks again is news.
                said.IntersectWith(due.Keys);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            Complain(SingleLine.InLog(exception.Message));
        }
    }

    /// <summary>
    /// What there is to be told, by the name of its event: what denies and warns by itself, whatever the mode. The first of a rule stands for
    /// the others.
    /// </summary>
    private Dictionary<string, (EventSubject Subject, Finding Finding)> Due(AuditReport report)
    {
        var due = new Dictionary<string, (EventSubject Subject, Finding Finding)>(StringComparer.Ordinal);
        foreach (var item in report.Objects.Where(item => item.Uid.Length > 0 && item.Namespace.Length > 0))
        {
            var subject = new EventSubject(item.ApiVersion, item.Kind, item.Namespace, item.Name, item.Uid);
            foreach (var (finding, _) in item.Findings.Where(found => found.Finding.Intended >= ValidationAction.Warn))
            {
                due.TryAdd(writer.NameOf(EventWriter.Audited, subject, finding.Rule), (subject, finding));
            }
        }

        return due;
    }

    private async Task WriteAsync(
        IEnumerable<KeyValuePair<string, (EventSubject Subject, Finding Finding)>> untold, HashSet<string> said, CancellationToken cancellation)
    {
        var pass = new WritePass(metrics, "event", MostEvents, cancellation);
        foreach (var (name, (subject, finding)) in untold.TakeWhile(_ => !pass.IsOver))
        {
            var note = $"{finding.Rule}: {finding.Field} {finding.Message}. {finding.Fix}";
            if (await pass.TryAsync(subject.Namespace, () => writer.WriteAsync(name, EventWriter.Audited, subject, finding.Rule, note, cancellation)))
            {
                said.Add(name);
            }
        }

        Complain(pass.FirstError);
        if (pass.Written > 0)
        {
            Log.Told(logger, pass.Written);
        }
    }

    private void Complain(string error)
    {
        if (error.Length > 0 && error != _lastError)
        {
            Log.Failed(logger, error);
        }

        _lastError = error;
    }

    private static partial class Log
    {
        [LoggerMessage(116, LogLevel.Information, "told {Count} findings as events")]
        public static partial void Told(ILogger logger, int count);

        [LoggerMessage(117, LogLevel.Warning, "events cannot be written, which is tried again after the next run: {Error}")]
        public static partial void Failed(ILogger logger, string error);
    }
}
