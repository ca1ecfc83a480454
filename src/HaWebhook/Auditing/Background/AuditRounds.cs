using HaWebhook.Admission;
using HaWebhook.Auditing.Background.Budgets;
using HaWebhook.Auditing.Background.Events;
using HaWebhook.Auditing.Background.Reports;
using HaWebhook.Checking;
using HaWebhook.Commands;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Serving;

namespace HaWebhook.Auditing.Background;

/// <summary>
/// What the replica does that leads: audits at each interval, and when the policy has changed, and tells what comes of it. A run that is cut off
/// is made again at the next interval; what it could not write is then found unwritten.
/// </summary>
internal sealed partial class AuditRounds(
    PatientClient client,
    ICurrentPolicy policy,
    AuditMetrics metrics,
    ReportWriter reports,
    FindingEvents events,
    DefaultBudgetWriter budgets,
    ServingOptions options,
    TimeProvider clock,
    ILogger<AuditRounds> logger)
{
    /// <summary>The label that tells whose an object is: the report that is made here shows no teams.</summary>
    private const string TeamLabel = "team";

    /// <summary>Judging takes at most a third of a processor, in stretches that no review notices.</summary>
    private static readonly TimeSpan _stretch = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(4);

    private static readonly TimeSpan _lookInterval = TimeSpan.FromSeconds(1);

    private readonly BackgroundAuditOptions _options = options.Audit;
    private string _lastError = "";
    private string _lastGaps = "";

    /// <summary>Audits again and again.</summary>
    /// <param name="lost">Ends it: this replica does not lead any more.</param>
    public async Task RunAsync(CancellationToken lost)
    {
        try
        {
            events.Begin();
            reports.Begin();
            budgets.Begin();
            await Task.Delay(_options.Settling * Random.Shared.NextDouble(), clock, lost);
            while (true)
            {
                var started = clock.GetTimestamp();
                var evaluators = policy.Evaluators;
                await RoundAsync(evaluators.Options, lost);
                await WaitAsync(started, evaluators, lost);
            }
        }
        finally
        {
            metrics.Forget();
        }
    }

    private async Task RoundAsync(PolicyOptions audited, CancellationToken lost)
    {
        var planner = budgets.PlannerOf(audited);
        var question = new AuditQuestion { Policy = audited, TeamLabel = TeamLabel, Rules = RuleSelection.All, Clock = clock };
        var audit = new ClusterAudit(question, ProgressLine.None, new WorkPace(_stretch, _rest, lost), planner);
        if (await AuditAsync(audit, lost) is not { } report)
        {
            return;
        }

        // Of all that is written this alone keeps something running, so it comes first.
        await budgets.WriteAsync(audit.Budgets, planner, lost);
        await reports.WriteAsync(report, lost);
        await events.TellAsync(report, lost);
    }

    /// <summary>Audits once.</summary>
    /// <returns>The report; null where there is none.</returns>
    private async Task<AuditReport?> AuditAsync(ClusterAudit audit, CancellationToken lost)
    {
        var started = clock.GetTimestamp();
        try
        {
            var report = await audit.RunAsync(client.Api, [], lost);
            var took = clock.GetElapsedTime(started);
            metrics.Succeeded(AuditFigures.Of(report), took);
            _lastError = "";
            TellGaps(report);
            var found = report.Summary;
            var whole = report.IsPartial ? "partial" : "whole";
            Log.Audited(logger, found.Objects, took.TotalSeconds, found.Deny, found.Warn, found.Audit, whole, report.PolicyHash);
            return report;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !lost.IsCancellationRequested)
        {
            metrics.Failed(clock.GetElapsedTime(started));
            var error = SingleLine.InLog(exception is CommandException told ? string.Join("; ", told.Lines) : exception.Message);
            if (error != _lastError)
            {
                _lastError = error;
                Log.Failed(logger, error);
            }

            return null;
        }
    }

    /// <summary>Says what could not be read, when that has changed.</summary>
    private void TellGaps(AuditReport report)
    {
        var gaps = string.Join("; ", report.Gaps.Select(gap => $"{gap.What}: {gap.Reason} {gap.Consequence} {gap.Fix}"));
        if (gaps.Length > 0 && gaps != _lastGaps)
        {
            Log.Partial(logger, SingleLine.Of(gaps, 2000));
        }

        _lastGaps = gaps;
    }

    /// <summary>
    /// Waits until the next run is due: an interval after the last one began, or when another policy has been in force for a while.
    /// </summary>
    private async Task WaitAsync(long started, PolicyEvaluators audited, CancellationToken lost)
    {
        var due = _options.Interval * (0.9 + (Random.Shared.NextDouble() / 10));
        var look = _options.PolicySettling < _lookInterval ? _options.PolicySettling : _lookInterval;
        var (seen, since) = (audited, 0L);
        do
        {
            await Task.Delay(look, clock, lost);
            if (policy.Evaluators is var current && current != seen)
            {
                (seen, since) = (current, clock.GetTimestamp());
            }
        }
        while (clock.GetElapsedTime(started) < due && (seen == audited || clock.GetElapsedTime(since) < _options.PolicySettling));
    }

    private static partial class Log
    {
        [LoggerMessage(111, LogLevel.Information, "audited {Objects} objects in {Seconds:0.0} s: {Deny} findings deny, {Warn} warn, {Audit} are recorded; the result is {Whole} (policy {Hash})")]
        public static partial void Audited(ILogger logger, int objects, double seconds, int deny, int warn, int audit, string whole, string hash);

        [LoggerMessage(112, LogLevel.Warning, "the audit is partial: {Gaps}")]
        public static partial void Partial(ILogger logger, string gaps);

        [LoggerMessage(113, LogLevel.Warning, "the audit failed, and is tried again at the next interval: {Error}")]
        public static partial void Failed(ILogger logger, string error);
    }
}
