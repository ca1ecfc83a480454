using System.Diagnostics.Metrics;
using HaWebhook.Admission;

namespace HaWebhook.Serving;

/// <summary>Measures how the server copes with what is asked of it.</summary>
internal sealed class ServingMetrics
{
    /// <summary>The name of the meter to listen to.</summary>
    public const string MeterName = "HaWebhook.Serving";

    private readonly Counter<long> _refused;

    public ServingMetrics(IMeterFactory meters, Readiness readiness, Drain drain, ReviewLimits limits)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge(
            "ha_webhook_ready", () => readiness.NotReady is null ? 1 : 0, null, "Whether reviews can be decided: 0 or 1.");
        meter.CreateObservableGauge(
            "ha_webhook_draining", () => drain.IsDraining ? 1 : 0, null, "Whether the server was told to stop and answers what still comes: 0 or 1.");
        meter.CreateObservableGauge(
            "ha_webhook_admission_requests_in_flight", () => limits.Reviews.Taken, null, "Reviews that are being decided.");
        meter.CreateObservableGauge(
            "ha_webhook_admission_requests_queued", () => (long)limits.Reviews.Waiting + limits.Bytes.Waiting, null, "Reviews that wait to be read or decided.");
        meter.CreateObservableGauge(
            "ha_webhook_admission_bytes_in_flight",
            () => limits.Bytes.Taken + limits.Small.Taken,
            null,
            "Memory that is set aside for reviews of more than 32 KiB.");
        _refused = meter.CreateCounter<long>("ha_webhook_refused_requests_total", null, "Requests to the webhooks that got no verdict, by reason.");
        foreach (var reason in Enum.GetValues<Refusal>().Where(reason => reason != Refusal.None))
        {
            _refused.Add(0, Label(reason));
        }
    }

    /// <summary>Counts a request that got no verdict.</summary>
    public void Refuse(Refusal reason) => _refused.Add(1, Label(reason));

    private static KeyValuePair<string, object?> Label(Refusal reason) => new("reason", reason switch
    {
        Refusal.Overload => "overload",
        Refusal.NotReady => "not-ready",
        Refusal.TooSlow => "too-slow",
        Refusal.Gone => "gone",
        Refusal.TooLarge => "too-large",
        Refusal.Malformed => "malformed",
        _ => "failed",
    });
}
