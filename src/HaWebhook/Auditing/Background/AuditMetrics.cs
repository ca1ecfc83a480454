using System.Diagnostics.Metrics;
using HaWebhook.Auditing.Background.Budgets;
using HaWebhook.Serving;

namespace HaWebhook.Auditing.Background;

/// <summary>
/// Measures the audits, and tells what they found. Only the replica that audits tells of findings, so that replicas can be added up.
/// </summary>
internal sealed class AuditMetrics
{
    /// <summary>The name of the meter to listen to.</summary>
    public const string MeterName = "HaWebhook.Audit";

    /// <summary>The metric of findings, which has more series than others: <see cref="AuditFigures.MostViolations"/>.</summary>
    public const string Violations = "ha_webhook_audit_violations";

    private static readonly string[] _objects = ["report", "event", "budget"];
    private static readonly string[] _results = ["success", "failure", "dropped"];

    private readonly Counter<long> _writes;
    private readonly TimeProvider _clock;
    private volatile AuditFigures? _figures;
    private volatile LastRun? _last;
    private volatile BudgetCounts? _budgets;
    private long _ended;

    public AuditMetrics(IMeterFactory meters, ServingOptions options, TimeProvider clock)
    {
        _clock = clock;
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge(
            Violations,
            () => (_figures?.Violations ?? []).Select(each => new Measurement<int>(
                each.Count, new("rule", each.Rule), new("namespace", each.Namespace), new KeyValuePair<string, object?>("action", each.Action))),
            null,
            $"Findings of the last audit; the {AuditFigures.MostNamespaces} namespaces with most, and all others together.");
        meter.CreateObservableGauge(
            "ha_webhook_audit_workloads_not_surviving",
            () => (_figures?.NotSurviving ?? []).Select(each =>
                new Measurement<int>(each.Workloads, new KeyValuePair<string, object?>("failure", each.Failure))),
            null,
            "Workloads that a failure takes down, by the last audit.");
        meter.CreateObservableGauge("ha_webhook_audit_objects", () => Of(_figures, figures => figures.Objects), null, "Objects of the last audit.");
        meter.CreateObservableGauge(
            "ha_webhook_audit_last_run_whole",
            () => Of(_figures, figures => figures.IsPartial ? 0 : 1),
            null,
            "Whether the last audit could read everything: 0 or 1.");
        meter.CreateObservableGauge(
            "ha_webhook_audit_last_run_successful",
            () => Of(_last, last => last.IsSuccess ? 1 : 0),
            null,
            "Whether the last audit came to a result: 0 or 1.");
        meter.CreateObservableGauge(
            "ha_webhook_audit_last_run_duration_seconds", () => Of(_last, last => last.Took.TotalSeconds), "s", "How long the last audit took.");
        meter.CreateObservableGauge(
            "ha_webhook_audit_last_run_timestamp_seconds",
            () => Interlocked.Read(ref _ended),
            "s",
            "When this replica's last audit ended, in seconds since 1970; 0 where it has made none.");
        meter.CreateObservableGauge(
            "ha_webhook_audit_interval_seconds", () => options.Audit.Interval.TotalSeconds, "s", "How often the cluster is to be audited.");
        meter.CreateObservableGauge(
            "ha_webhook_audit_default_budgets",
            () => (_budgets?.States ?? []).Select(each => new Measurement<int>(each.Count, new KeyValuePair<string, object?>("state", each.State))),
            null,
            "Default disruption budgets after the last audit, by state.");
        _writes = meter.CreateCounter<long>("ha_webhook_audit_writes_total", null, "What was written of audits, by object and result.");
        foreach (var subject in _objects)
        {
            foreach (var result in _results)
            {
                Wrote(subject, result, 0);
            }
        }
    }

    /// <summary>An audit has come to a result.</summary>
    public void Succeeded(AuditFigures figures, TimeSpan took)
    {
        _figures = figures;
        End(new(IsSuccess: true, took));
    }

    /// <summary>An audit has come to none. What the one before it found is told still.</summary>
    public void Failed(TimeSpan took) => End(new(IsSuccess: false, took));

    /// <summary>Default disruption budgets are in line with the last audit, as far as they could be brought there.</summary>
    public void Counted(BudgetCounts budgets) => _budgets = budgets;

    /// <summary>This replica audits no more.</summary>
    public void Forget() => (_figures, _last, _budgets) = (null, null, null);

    /// <summary>Something was written, could not be, or was dropped.</summary>
    /// <param name="what"><c>report</c>, <c>event</c> or <c>budget</c>.</param>
    /// <param name="result"><c>success</c>, <c>failure</c> or <c>dropped</c>.</param>
    /// <param name="count">How many.</param>
    public void Wrote(string what, string result, int count = 1) =>
        _writes.Add(count, new("object", what), new KeyValuePair<string, object?>("result", result));

    private void End(LastRun last)
    {
        _last = last;
        Interlocked.Exchange(ref _ended, _clock.GetUtcNow().ToUnixTimeSeconds());
    }

    private static IEnumerable<Measurement<TValue>> Of<TFrom, TValue>(TFrom? from, Func<TFrom, TValue> value)
        where TFrom : class
        where TValue : struct => from is null ? [] : [new(value(from))];

    private sealed record LastRun(bool IsSuccess, TimeSpan Took);
}
