using System.Diagnostics.Metrics;

namespace HaWebhook.Cluster;

/// <summary>Measures how well the cluster is known.</summary>
internal sealed class ClusterMetrics
{
    /// <summary>The name of the meter to listen to.</summary>
    public const string MeterName = "HaWebhook.Cluster";

    private readonly Meter _meter;
    private readonly Counter<long> _looks;

    public ClusterMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _looks = _meter.CreateCounter<long>(
            "ha_webhook_live_looks_total", null, "Looks at the API server before a denial, by result: answered, failed or skipped.");
        _looks.Add(0, Result("answered"));
        _looks.Add(0, Result("failed"));
        _looks.Add(0, Result("skipped"));
    }

    /// <summary>Counts a look before a denial.</summary>
    public void Looked(string result) => _looks.Add(1, Result(result));

    /// <summary>Measures the caches from now on.</summary>
    public void Observe(ClusterCaches caches, TimeProvider clock)
    {
        _meter.CreateObservableGauge(
            "ha_webhook_cache_objects",
            () => caches.Statuses.Select(state => new Measurement<int>(state.Status.Count, Resource(state.Kind))),
            null,
            "Objects that are known, by resource.");
        _meter.CreateObservableGauge(
            "ha_webhook_cache_stale_seconds",
            () => caches.Statuses.Select(state => new Measurement<double>(
                state.Status.StaleSince is { } since ? (clock.GetUtcNow() - since).TotalSeconds : 0, Resource(state.Kind))),
            "s",
            "How long ago the API server was last heard, by resource; 0 while it is being watched.");
        _meter.CreateObservableGauge(
            "ha_webhook_cache_synced",
            () => caches.Statuses.Select(state => new Measurement<int>(state.Status.IsSynced ? 1 : 0, Resource(state.Kind))),
            null,
            "Whether all objects of a resource are known: 0 or 1.");
    }

    private static KeyValuePair<string, object?> Result(string result) => new("result", result);

    private static KeyValuePair<string, object?> Resource(ClusterKind kind) => new("resource", kind.Resource.ToString());
}
