using System.Diagnostics.Metrics;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Certificates;

/// <summary>Measures how long certificates last, and whether API servers trust them.</summary>
internal sealed class CertificateMetrics
{
    /// <summary>The name of the meter to listen to.</summary>
    public const string MeterName = "HaWebhook.Certificates";

    /// <summary>An authority.</summary>
    public const string Authority = "ca";

    /// <summary>What the server shows.</summary>
    public const string Leaf = "leaf";

    private readonly Meter _meter;
    private readonly Counter<long> _renewals;

    public CertificateMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _renewals = _meter.CreateCounter<long>(
            "ha_webhook_certificate_renewals_total", null, "Certificates that were made or could not be, by kind (ca, leaf) and result (success, failure).");
        foreach (var kind in (ReadOnlySpan<string>)[Authority, Leaf])
        {
            Add(kind, "success", 0);
            Add(kind, "failure", 0);
        }
    }

    /// <summary>Counts a certificate that was made.</summary>
    public void Renewed(string kind) => Add(kind, "success", 1);

    /// <summary>Counts one that could not be made.</summary>
    public void Failed(string kind) => Add(kind, "failure", 1);

    /// <summary>Measures certificates from now on.</summary>
    /// <param name="current">
    /// The certificates that are in use, each with its kind, and how long it is valid from when it was made: how far back it is valid does not count.
    /// </param>
    public void Observe(Func<IEnumerable<(string Kind, X509Certificate2 Certificate, TimeSpan Lifetime)>> current)
    {
        _meter.CreateObservableGauge(
            "ha_webhook_certificate_expiry_timestamp_seconds",
            () => current().Select(one => new Measurement<double>(new DateTimeOffset(one.Certificate.NotAfter).ToUnixTimeSeconds(), KindTag(one.Kind))),
            "s",
            "When a certificate in use ends, by kind (ca, leaf), in seconds since 1970.");
        _meter.CreateObservableGauge(
            "ha_webhook_certificate_lifetime_seconds",
            () => current().Select(one => new Measurement<double>(one.Lifetime.TotalSeconds, KindTag(one.Kind))),
            "s",
            "How long a certificate in use is valid in all, by kind (ca, leaf).");
    }

    /// <summary>Measures the caBundles from now on.</summary>
    /// <param name="isInSync">Whether they are right.</param>
    public void ObserveBundles(Func<bool> isInSync) => _meter.CreateObservableGauge(
        "ha_webhook_ca_bundle_in_sync",
        () => isInSync() ? 1 : 0,
        null,
        "Whether our webhooks' caBundles held exactly the authorities that are in use when they were last looked at: 0 or 1.");

    private void Add(string kind, string result, long count) => _renewals.Add(count, KindTag(kind), new KeyValuePair<string, object?>("result", result));

    private static KeyValuePair<string, object?> KindTag(string kind) => new("kind", kind);
}
