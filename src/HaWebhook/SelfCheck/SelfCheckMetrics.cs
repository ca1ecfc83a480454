using System.Diagnostics.Metrics;

namespace HaWebhook.SelfCheck;

/// <summary>Measures the self-checks.</summary>
internal sealed class SelfCheckMetrics
{
    /// <summary>The name of the meter to listen to.</summary>
    public const string MeterName = "HaWebhook.SelfCheck";

    private readonly Counter<long> _checks;
    private readonly Histogram<double> _durations;
    private volatile SelfCheckResult? _last;

    public SelfCheckMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _checks = meter.CreateCounter<long>("ha_webhook_self_checks_total", null, "Self-checks by result: success, or what is wrong.");
        _durations = meter.CreateHistogram<double>("ha_webhook_self_check_duration_seconds", "s", "How long a self-check took.");
        meter.CreateObservableGauge(
            "ha_webhook_self_check_successful",
            () => _last is { } last ? [new Measurement<int>(last.IsSuccess ? 1 : 0)] : Array.Empty<Measurement<int>>(),
            null,
            "Whether the last self-check succeeded: 0 or 1; nothing before the first.");
        foreach (var name in SelfCheckResult.Names)
        {
            _checks.Add(0, new KeyValuePair<string, object?>("result", name));
        }
    }

    /// <summary>Takes in what came of a check.</summary>
    public void Checked(SelfCheckResult result, TimeSpan took)
    {
        _last = result;
        _checks.Add(1, new KeyValuePair<string, object?>("result", result.Name));
        _durations.Record(took.TotalSeconds);
    }
}
