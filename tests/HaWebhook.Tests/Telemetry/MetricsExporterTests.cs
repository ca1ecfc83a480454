using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using HaWebhook.Telemetry;

namespace HaWebhook.Tests.Telemetry;

/// <summary>What the exporter makes of what is measured, and in which form.</summary>
public sealed class MetricsExporterTests : IDisposable
{
    private const string Text = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";

    private readonly Metering _metering = new();
    private readonly Meter _meter;

    public MetricsExporterTests() => _meter = _metering.Create(new MeterOptions("HaWebhook.Tests"));

    public void Dispose() => _metering.Dispose();

    [Theory]
    [InlineData(Text, null)]
    [InlineData(Text, "")]
    [InlineData(Text, "*/*")]
    [InlineData(Text, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")]
    [InlineData(Text, "no header at all; ;,,=")]
    [InlineData(Text, "text/plain;version=0.0.4")]
    [InlineData(Text, "application/openmetrics-text;version=2.0.0")]
    [InlineData(Text, "application/openmetrics-text;q=0.3,text/plain;q=0.5")]
    [InlineData(OpenMetrics, "application/openmetrics-text")]
    [InlineData(OpenMetrics, "text/plain;q=0.3,application/openmetrics-text;q=0.5")]
    // Prometheus 2.54 and 3.5, and the last with protobuf put first.
    [InlineData(OpenMetrics, "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")]
    [InlineData(OpenMetrics, "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")]
    [InlineData(OpenMetrics, "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")]
    public async Task The_format_is_what_the_caller_likes_best(string expected, string? accept) =>
        Assert.Equal(expected, (await Exposition.OfAsync(_metering, accept)).ContentType);

    [Fact]
    public async Task Names_and_labels_are_those_of_the_instruments_in_either_format()
    {
        _meter.CreateCounter<long>("ha_webhook_test_total", null, "Counts with \"quotes\", a \\ and a\nnew line.").Add(9007199254740993, new KeyValuePair<string, object?>("z", "é \\ \" \n"));
        _meter.CreateObservableGauge<double>("ha_webhook_infinite", () => [new(double.NegativeInfinity)]);
        _meter.CreateHistogram<double>("ha_webhook_test_duration_seconds", "s").Record(0.1);
        var text = await Exposition.OfAsync(_metering);
        var openMetrics = await Exposition.OfAsync(_metering, Exposition.OpenMetrics);
        foreach (var metrics in new[] { text, openMetrics })
        {
            Assert.Contains("""ha_webhook_test_total{z="é \\ \" \n"} 9007199254740993""", metrics.Text, StringComparison.Ordinal);
            Assert.Equal(double.NegativeInfinity, metrics["ha_webhook_infinite"]);
            Assert.Equal(1, metrics["""ha_webhook_test_duration_seconds_bucket{le="0.1"}"""]);
            Assert.Equal(0, metrics["""ha_webhook_test_duration_seconds_bucket{le="0.025"}"""]);
            Assert.DoesNotContain("otel_scope", metrics.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("target_info", metrics.Text, StringComparison.Ordinal);
        }

        Assert.Contains("""# HELP ha_webhook_test_total Counts with "quotes", a \\ and a\nnew line.""", text.Comments);
        Assert.Contains("""# HELP ha_webhook_test Counts with \"quotes\", a \\ and a\nnew line.""", openMetrics.Comments);
        Assert.Contains("# UNIT ha_webhook_test_duration_seconds seconds", openMetrics.Comments);
    }

    [Fact]
    public async Task What_is_looked_up_is_looked_up_by_each_scrape()
    {
        var hash = "old";
        _meter.CreateObservableGauge("ha_webhook_test_info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("hash", hash)));
        Assert.Equal(1, (await Exposition.OfAsync(_metering))["""ha_webhook_test_info{hash="old"}"""]);
        hash = "new";
        var later = await Exposition.OfAsync(_metering);
        Assert.Equal(1, later["""ha_webhook_test_info{hash="new"}"""]);
        Assert.DoesNotContain("""hash="old""", later.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instrument_that_fails_is_left_out_and_all_others_are_told()
    {
        _meter.CreateObservableGauge("ha_webhook_failing", long () => throw new InvalidOperationException());
        _meter.CreateObservableGauge("ha_webhook_well", () => 1);
        var metrics = await Exposition.OfAsync(_metering);
        Assert.Equal(1, metrics["ha_webhook_well"]);
        Assert.DoesNotContain("ha_webhook_failing", metrics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scrape_that_fails_is_an_empty_answer_that_says_so()
    {
        var endpoint = Exposition.EndpointOf(_metering);
        _metering.Dispose();
        using var text = new MemoryStream();
        var response = await Exposition.ScrapeAsync(endpoint, text);
        Assert.Equal((500, 0L), (response.StatusCode, text.Length));
    }

    [Fact]
    public async Task A_slow_reader_keeps_nobody_waiting()
    {
        var unread = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var slow = Exposition.ScrapeAsync(Exposition.EndpointOf(_metering), unread.Writer.AsStream());
        var begun = await unread.Reader.ReadAsync(TestContext.Current.CancellationToken);
        await Exposition.OfAsync(_metering).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.False(slow.IsCompleted);
        unread.Reader.AdvanceTo(begun.Buffer.End);
        await slow;
    }
}
