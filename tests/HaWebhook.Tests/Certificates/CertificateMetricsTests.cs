using System.Diagnostics.Metrics;
using HaWebhook.Certificates;
using HaWebhook.Telemetry;

namespace HaWebhook.Tests.Certificates;

public sealed class CertificateMetricsTests
{
    [Fact]
    public void Everything_is_there_from_the_start_and_tells_what_is_in_use()
    {
        var seen = new Dictionary<string, double>();
        using var metering = new Metering();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            // Other tests have meters of this name, too.
            if (instrument.Meter.Name == CertificateMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, metering))
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        var metrics = new CertificateMetrics(metering);
        var now = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        var authority = CertificateAuthority.Create(now, TimeSpan.FromDays(365));
        var leaf = authority.Issue(["a"], now.AddDays(7));
        metrics.Observe(() => [(CertificateMetrics.Authority, authority.Certificate, authority.Lifetime), (CertificateMetrics.Leaf, leaf, TimeSpan.FromDays(7))]);
        var isInSync = false;
        metrics.ObserveBundles(() => isInSync);
        metrics.Renewed(CertificateMetrics.Leaf);
        metrics.Failed(CertificateMetrics.Authority);
        listener.RecordObservableInstruments();
        Assert.Equal(
            """
            ha_webhook_ca_bundle_in_sync{} 0
            ha_webhook_certificate_expiry_timestamp_seconds{kind=ca} 1826712000
            ha_webhook_certificate_expiry_timestamp_seconds{kind=leaf} 1795780800
            ha_webhook_certificate_lifetime_seconds{kind=ca} 31536000
            ha_webhook_certificate_lifetime_seconds{kind=leaf} 604800
            ha_webhook_certificate_renewals_total{kind=ca,result=failure} 1
            ha_webhook_certificate_renewals_total{kind=ca,result=success} 0
            ha_webhook_certificate_renewals_total{kind=leaf,result=failure} 0
            ha_webhook_certificate_renewals_total{kind=leaf,result=success} 1
            """,
            string.Join('\n', seen.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {one.Value}")));
        isInSync = true;
        listener.RecordObservableInstruments();
        Assert.Equal(1, seen["ha_webhook_ca_bundle_in_sync{}"]);

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var key = $"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}}";
            seen[key] = instrument.IsObservable ? value : seen.GetValueOrDefault(key) + value;
        }
    }
}
