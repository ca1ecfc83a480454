using System.Diagnostics.Metrics;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Serving;

/// <summary>Tells which policy is in force, and whether its file could be read again.</summary>
internal sealed class PolicyMetrics
{
    /// <summary>The name of the meter to listen to.</summary>
    public const string MeterName = "HaWebhook.Policy";

    private readonly Counter<long> _reloads;
    private volatile PolicyOptions? _inForce;
    private volatile bool _isRefused;

    public PolicyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _reloads = meter.CreateCounter<long>(
            "ha_webhook_policy_reloads_total", null, "Changes of the policy file, by result: success, or failure where the policy before it stays in force.");
        _reloads.Add(0, Result("success"));
        _reloads.Add(0, Result("failure"));
        meter.CreateObservableGauge(
            "ha_webhook_policy_info", Info, null, "The policy in force, by hash and mode; always 1. Replicas with different hashes decide differently.");
        meter.CreateObservableGauge(
            "ha_webhook_policy_last_reload_successful", () => _isRefused ? 0 : 1, null, "Whether the policy file, as it is now, is in force: 0 or 1.");
    }

    /// <summary>The server starts with a policy.</summary>
    public void Started(PolicyOptions policy) => _inForce = policy;

    /// <summary>The file has changed and is in force.</summary>
    public void Reloaded(PolicyOptions policy)
    {
        _inForce = policy;
        _isRefused = false;
        _reloads.Add(1, Result("success"));
    }

    /// <summary>The file has changed and is refused.</summary>
    public void Refused()
    {
        _isRefused = true;
        _reloads.Add(1, Result("failure"));
    }

    /// <summary>The file is again as it was when it was last read.</summary>
    public void Restored() => _isRefused = false;

    private static KeyValuePair<string, object?> Result(string result) => new("result", result);

    private IEnumerable<Measurement<int>> Info() => _inForce is { } policy
        ? [new(1, new("hash", policy.Hash), new KeyValuePair<string, object?>("mode", policy.Mode.ToString()))]
        : [];
}
