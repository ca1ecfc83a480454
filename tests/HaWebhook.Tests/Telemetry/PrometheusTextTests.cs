using System.Diagnostics.Metrics;
using System.Text;
using HaWebhook.Telemetry.Prometheus;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HaWebhook.Tests.Telemetry;

/// <summary>What the SDK has collected, as text.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter _meter = new($"test {Guid.NewGuid()}");
    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;

    public PrometheusTextTests() => _provider = Sdk.CreateMeterProviderBuilder()
        .AddMeter(_meter.Name)
        .AddView("wait.time", new ExplicitBucketHistogramConfiguration { Boundaries = [1e-7, 0.25, 1] })
        .AddReader(new BaseExportingMetricReader(_exporter))
        .Build();

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Every_type_has_its_form()
    {
        Measure();
        Assert.Equal(
            """
            # TYPE a_counter_total counter
            # HELP a_counter_total Counts with "quotes", a \\ and a\nnew line.
            a_counter_total{b="1",z="é \\ \" \n"} 2
            a_counter_total{b="2"} 9007199254740993
            # TYPE gauge_in_between_bytes gauge
            gauge_in_between_bytes 0.1
            # TYPE infinite gauge
            infinite{which="less"} -Inf
            infinite{which="more"} +Inf
            infinite{which="none"} NaN
            # TYPE runtime_busy_time_seconds_total counter
            # HELP runtime_busy_time_seconds_total Dots and a unit.
            runtime_busy_time_seconds_total{cpu_mode="user"} 1.5
            # TYPE up_and_down gauge
            up_and_down -1
            # TYPE wait_time_seconds histogram
            # HELP wait_time_seconds Waits.
            wait_time_seconds_bucket{le="1E-07"} 1
            wait_time_seconds_bucket{le="0.25"} 3
            wait_time_seconds_bucket{le="1.0"} 3
            wait_time_seconds_bucket{le="+Inf"} 4
            wait_time_seconds_sum 4.5
            wait_time_seconds_count 4
            wait_time_seconds_bucket{kind="x",le="1E-07"} 0
            wait_time_seconds_bucket{kind="x",le="0.25"} 0
            wait_time_seconds_bucket{kind="x",le="1.0"} 1
            wait_time_seconds_bucket{kind="x",le="+Inf"} 1
            wait_time_seconds_sum{kind="x"} 1
            wait_time_seconds_count{kind="x"} 1

            """,
            await WrittenAsync(PrometheusFormat.Text),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task OpenMetrics_names_families_without_suffix_says_units_and_ends()
    {
        Measure();
        Assert.Equal(
            """
            # TYPE a_counter counter
            # HELP a_counter Counts with \"quotes\", a \\ and a\nnew line.
            a_counter_total{b="1",z="é \\ \" \n"} 2
            a_counter_total{b="2"} 9007199254740993
            # TYPE gauge_in_between_bytes gauge
            # UNIT gauge_in_between_bytes bytes
            gauge_in_between_bytes 0.1
            # TYPE infinite gauge
            infinite{which="less"} -Inf
            infinite{which="more"} +Inf
            infinite{which="none"} NaN
            # TYPE runtime_busy_time_seconds counter
            # UNIT runtime_busy_time_seconds seconds
            # HELP runtime_busy_time_seconds Dots and a unit.
            runtime_busy_time_seconds_total{cpu_mode="user"} 1.5
            # TYPE up_and_down gauge
            up_and_down -1
            # TYPE wait_time_seconds histogram
            # UNIT wait_time_seconds seconds
            # HELP wait_time_seconds Waits.
            wait_time_seconds_bucket{le="1E-07"} 1
            wait_time_seconds_bucket{le="0.25"} 3
            wait_time_seconds_bucket{le="1.0"} 3
            wait_time_seconds_bucket{le="+Inf"} 4
            wait_time_seconds_sum 4.5
            wait_time_seconds_count 4
            wait_time_seconds_bucket{kind="x",le="1E-07"} 0
            wait_time_seconds_bucket{kind="x",le="0.25"} 0
            wait_time_seconds_bucket{kind="x",le="1.0"} 1
            wait_time_seconds_bucket{kind="x",le="+Inf"} 1
            wait_time_seconds_sum{kind="x"} 1
            wait_time_seconds_count{kind="x"} 1
            # EOF

            """,
            await WrittenAsync(PrometheusFormat.OpenMetrics),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task The_order_does_not_hang_on_what_came_first()
    {
        _meter.CreateCounter<long>("zebra_total").Add(1, new("b", "2"), new KeyValuePair<string, object?>("a", "1"));
        var ape = _meter.CreateCounter<long>("ape_total");
        ape.Add(1, new KeyValuePair<string, object?>("a", "2"));
        ape.Add(1, new KeyValuePair<string, object?>("a", "1"));
        Assert.Equal(
            ["ape_total{a=\"1\"} 1", "ape_total{a=\"2\"} 1", "zebra_total{a=\"1\",b=\"2\"} 1"],
            (await WrittenAsync(PrometheusFormat.Text)).Split('\n').Where(line => line.Length > 0 && line[0] != '#'));
    }

    [Fact]
    public async Task A_name_that_two_instruments_have_is_told_once_and_one_that_has_measured_nothing_is_not_told()
    {
        _meter.CreateCounter<long>("same_total").Add(1);
        _meter.CreateObservableGauge("same", () => 3);
        _meter.CreateObservableGauge("same_", () => 4);
        _meter.CreateHistogram<double>("nothing_seconds", "s");
        _meter.CreateCounter<long>("same.total").Add(7);
        var lines = (await WrittenAsync(PrometheusFormat.OpenMetrics)).Split('\n');
        Assert.Equal(lines.Length, lines.Distinct().Count());
        Assert.Single(lines, line => line.StartsWith("# TYPE same ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("nothing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_series_that_is_observed_no_more_is_told_no_more()
    {
        var hash = "old";
        _meter.CreateObservableGauge("policy_info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("hash", hash)));
        Assert.Contains("policy_info{hash=\"old\"} 1\n", await WrittenAsync(PrometheusFormat.Text), StringComparison.Ordinal);
        hash = "new";
        var later = await WrittenAsync(PrometheusFormat.Text);
        Assert.Contains("policy_info{hash=\"new\"} 1\n", later, StringComparison.Ordinal);
        Assert.DoesNotContain("old", later, StringComparison.Ordinal);
    }

    private void Measure()
    {
        var counter = _meter.CreateCounter<long>("a_counter_total", null, "Counts with \"quotes\", a \\ and a\nnew line.");
        counter.Add(9007199254740993, new KeyValuePair<string, object?>("b", 2));
        counter.Add(2, new("z", "é \\ \" \n"), new KeyValuePair<string, object?>("b", 1));
        _meter.CreateObservableGauge("gauge_in_between_bytes", () => 0.1, "By");
        _meter.CreateObservableGauge<double>("infinite", () =>
        [
            new(double.NaN, new KeyValuePair<string, object?>("which", "none")),
            new(double.PositiveInfinity, new KeyValuePair<string, object?>("which", "more")),
            new(double.NegativeInfinity, new KeyValuePair<string, object?>("which", "less")),
        ]);
        _meter.CreateCounter<double>("runtime.busy.time", "s", "Dots and a unit.").Add(1.5, new KeyValuePair<string, object?>("cpu.mode", "user"));
        _meter.CreateUpDownCounter<long>("up_and_down").Add(-1);
        var histogram = _meter.CreateHistogram<double>("wait.time", "s", "Waits.");
        histogram.Record(0);
        histogram.Record(0.25);
        histogram.Record(0.25);
        histogram.Record(4);
        histogram.Record(1, new KeyValuePair<string, object?>("kind", "x"));
    }

    private async Task<string> WrittenAsync(PrometheusFormat format)
    {
        using var text = await _exporter.CollectAsync(format, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.Written.Span);
    }
}
