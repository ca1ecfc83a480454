using HaWebhook.Certificates;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Serving;

namespace HaWebhook.Auditing.Background.Reports;

/// <summary>
/// Keeps a report beside each object that has something to report: written when it says something else than what is read, removed when there is
/// nothing to say any more.
/// </summary>
internal sealed partial class ReportWriter(
    PatientClient client, ServiceIdentity identity, AuditMetrics metrics, ServingOptions options, ILogger<ReportWriter> logger)
{
    /// <summary>
    /// The most that is written after one run: with the client's rests that takes minutes. The rest is found unwritten by the next run.
    /// </summary>
    private const int MostWrites = 5000;

    /// <summary>Between so many objects others may have the thread.</summary>
    private const int Portion = 50;

    private const string FieldManager = "ha-webhook-audit";

    private string? _lastGaps;
    private string _lastError = "";

    /// <summary>This replica has begun to lead: what it knew is of no use any more.</summary>
    public void Begin() => (_lastGaps, _lastError) = (null, "");

    /// <summary>Brings the reports in line with an audit.</summary>
    /// <param name="report">The audit.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task WriteAsync(AuditReport report, CancellationToken cancellation)
    {
        if (options.Audit.Reports == AuditReports.None)
        {
            return;
        }

        // What is missing for a moment must not rewrite every report, and the next run rewrite it again.
        var gaps = string.Join(';', report.Gaps.Select(gap => gap.What));
        var isToBeTrusted = gaps.Length == 0 || gaps == _lastGaps;
        _lastGaps = gaps;
        if (!isToBeTrusted)
        {
            return;
        }

        try
        {
            if (await FindKindAsync(cancellation) is { } kind)
            {
                await WriteAsync(report, kind, cancellation);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            Complain(SingleLine.InLog(exception.Message));
        }
    }

    private async Task<ReportKind?> FindKindAsync(CancellationToken cancellation)
    {
        var groups = await client.Api.GetGroupsAsync(cancellation);
        foreach (var kind in ReportKind.All)
        {
            if (groups.ContainsKey(kind.Resource.Group) && await client.Api.IsServedAsync(kind.Resource, cancellation))
            {
                return kind;
            }
        }

        return null;
    }

    private async Task WriteAsync(AuditReport report, ReportKind kind, CancellationToken cancellation)
    {
        var content = new ReportContent(kind, identity.Service);
        var stored = await StoredAsync(kind, cancellation);
        var pass = new WritePass(metrics, "report", MostWrites, cancellation);
        var quiet = new HashSet<(string Namespace, string Name)>();
        var seen = 0;
        foreach (var item in report.Objects)
        {
            if (++seen % Portion == 0)
            {
                await Task.Yield();
            }

            if (pass.IsOver)
            {
                break;
            }

            if (content.Of(item) is not { } wanted)
            {
                quiet.Add((item.Namespace, content.NameOf(item.Uid)));
            }
            else if (!stored.Remove((item.Namespace, wanted.Metadata!.Name!), out var old) || old.Fingerprint != wanted.Fingerprint())
            {
                await WriteAsync(pass, item.Namespace, () => client.Api.ApplyAsync(
                    kind.Resource, item.Namespace, wanted.Metadata!.Name!, wanted.ToJson(), FieldManager, cancellation, force: true));
            }
        }

        foreach (var ((namespaceName, name), old) in stored)
        {
            // What was not read may be there still, with all that was said of it.
            if (pass.IsOver || (report.IsPartial && !quiet.Contains((namespaceName, name))))
            {
                continue;
            }

            await WriteAsync(pass, namespaceName, () => client.Api.DeleteAsync(kind.Resource, namespaceName, name, cancellation, old.Uid));
        }

        Complain(pass.FirstError);
        if (pass.Written > 0)
        {
            Log.Written(logger, pass.Written, kind.Resource.ToString(), pass.Failed);
        }
    }

    private async Task WriteAsync(WritePass pass, string namespaceName, Func<Task> write)
    {
        if (await pass.TryAsync(namespaceName, write))
        {
            metrics.Wrote("report", "success");
        }
    }

    private async Task<Dictionary<(string Namespace, string Name), Stored>> StoredAsync(ReportKind kind, CancellationToken cancellation)
    {
        var list = await client.Api.ListAsync(
            kind.Resource,
            null,
            json => WorkloadReport.Read(json) is { Metadata: { Name: { } name, Namespace: { } space, Uid: { } uid } } read
                ? new Stored(space, name, uid, read.Fingerprint())
                : null,
            cancellation,
            new() { LabelSelector = ReportContent.SelectorOf(identity.Service) });
        return list.Items.OfType<Stored>().ToDictionary(each => (each.Namespace, each.Name));
    }

    /// <summary>Says what goes wrong, once for as long as it does.</summary>
    private void Complain(string error)
    {
        if (error.Length > 0 && error != _lastError)
        {
            Log.Failed(logger, error);
        }

        _lastError = error;
    }

    private sealed record Stored(string Namespace, string Name, string Uid, string Fingerprint);

    private static partial class Log
    {
        [LoggerMessage(114, LogLevel.Information, "wrote or removed {Count} {Resource}; {Failed} could not be")]
        public static partial void Written(ILogger logger, int count, string resource, int failed);

        [LoggerMessage(115, LogLevel.Warning, "the reports of the audit cannot be written, which is tried again after the next run: {Error}")]
        public static partial void Failed(ILogger logger, string error);
    }
}
