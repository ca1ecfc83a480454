using System.Diagnostics.Metrics;

namespace HaWebhook.Kubernetes;

/// <summary>The measurements of a client. Labels hold verbs, resources and codes, never names of objects: their number is bounded.</summary>
public sealed class KubernetesMetrics : IDisposable
{
    /// <summary>The name of the meter to listen to.</summary>
    public const string MeterName = "HaWebhook.Kubernetes";

    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _watchRestarts;

    /// <param name="meters">Makes the meter; null for one that belongs to nobody.</param>
    internal KubernetesMetrics(IMeterFactory? meters)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _requests = _meter.CreateCounter<long>(
            "ha_webhook_kubernetes_requests_total", null, "Requests to the API server by verb, resource and code; error where there was no answer.");
        _durations = _meter.CreateHistogram<double>(
            "ha_webhook_kubernetes_request_duration_seconds", "s", "Time to the first byte of the API server's answers by verb and resource.");
        _watchRestarts = _meter.CreateCounter<long>(
            "ha_webhook_kubernetes_watch_restarts_total", null, "Watches that ended and were started again by resource and reason.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void Requested(string verb, string resource, string code, TimeSpan took)
    {
        _requests.Add(1, new("verb", verb), new("resource", resource), new KeyValuePair<string, object?>("code", code));
        _durations.Record(took.TotalSeconds, new("verb", verb), new KeyValuePair<string, object?>("resource", resource));
    }

    internal void WatchRestarted(string resource, string reason) =>
        _watchRestarts.Add(1, new("resource", resource), new KeyValuePair<string, object?>("reason", reason));
}
