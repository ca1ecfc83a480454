using System.Diagnostics.Metrics;
using HaWebhook.Admission;
using HaWebhook.Telemetry;
using OpenTelemetry.Metrics;

namespace HaWebhook.Tests.Telemetry;

/// <summary>How the instruments are aggregated: the memory of each is set aside when it is made.</summary>
public sealed class MetricStreamsTests : IDisposable
{
    private readonly Metering _metering = new();

    public void Dispose() => _metering.Dispose();

    [Fact]
    public void Each_instrument_has_room_for_its_own_series_and_no_more()
    {
        var meter = _metering.Create(new MeterOptions("HaWebhook.Tests"));
        var streams = new MetricStreams(_metering);
        Assert.Equal(500, Of(meter.CreateCounter<long>("a_total")).CardinalityLimit);
        Assert.Equal(500, Of(meter.CreateHistogram<double>("b_seconds", "s")).CardinalityLimit);
        Assert.Equal(100, Of(meter.CreateObservableGauge("c", () => 1)).CardinalityLimit);
        Assert.Equal(2000, Of(meter.CreateCounter<long>(AdmissionMetrics.Reviews)).CardinalityLimit);

        MetricStreamConfiguration Of(Instrument instrument) => streams.Of(instrument);
    }

    [Fact]
    public void Only_histograms_are_configured_as_such_because_the_SDK_passes_over_the_configuration_of_others()
    {
        var meter = _metering.Create(new MeterOptions("HaWebhook.Tests"));
        var streams = new MetricStreams(_metering);
        Assert.IsType<ExplicitBucketHistogramConfiguration>(streams.Of(meter.CreateHistogram<double>("b_seconds", "s")));
        Assert.IsType<MetricStreamConfiguration>(streams.Of(meter.CreateCounter<long>("a_total")));
        Assert.IsType<MetricStreamConfiguration>(streams.Of(meter.CreateObservableGauge("c", () => 1)));
    }

    [Fact]
    public async Task What_would_be_too_many_series_is_one_that_says_so()
    {
        var counter = _metering.Create(new MeterOptions("HaWebhook.Tests")).CreateCounter<long>("ha_webhook_test_total");
        for (var i = 0; i < 1000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("name", $"n{i}"));
        }

        var metrics = await Exposition.OfAsync(_metering);
        var series = metrics.Values.Keys.Where(series => series.StartsWith("ha_webhook_test_total", StringComparison.Ordinal)).ToList();
        Assert.InRange(series.Count, 499, 501);
        Assert.Single(series, line => line.Contains("overflow", StringComparison.Ordinal));
    }
}
