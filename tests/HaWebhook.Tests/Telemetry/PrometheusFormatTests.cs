using HaWebhook.Telemetry.Prometheus;
using Microsoft.Extensions.Primitives;

namespace HaWebhook.Tests.Telemetry;

/// <summary>Which format is answered to which header Accept.</summary>
public class PrometheusFormatTests
{
    [Theory]
    [InlineData("Text", null)]
    [InlineData("Text", "")]
    [InlineData("Text", "*/*")]
    [InlineData("Text", "text/*")]
    [InlineData("Text", "application/*")]
    [InlineData("Text", "text/plain")]
    [InlineData("Text", "text/plain;version=0.0.4")]
    [InlineData("Text", "text/plain;version=1.0.0;escaping=allow-utf-8")]
    [InlineData("Text", "application/json")]
    [InlineData("Text", "no header at all; ;,,=")]
    [InlineData("Text", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")]
    [InlineData("Text", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")]
    [InlineData("OpenMetrics", "application/openmetrics-text")]
    [InlineData("OpenMetrics", "Application/OpenMetrics-Text; Version=1.0.0")]
    [InlineData("OpenMetrics", "application/openmetrics-text; version=\"1.0.0\"; charset=utf-8")]
    [InlineData("Text", "application/openmetrics-text;version=2.0.0")]
    [InlineData("Text", "application/openmetrics-text;version=0.0.1")]
    [InlineData("Text", "application/openmetrics-text;q=0")]
    [InlineData("Text", "application/openmetrics-text;q=0.3,text/plain;q=0.5")]
    [InlineData("OpenMetrics", "text/plain;q=0.3,application/openmetrics-text;q=0.5")]
    [InlineData("OpenMetrics", "text/plain,application/openmetrics-text")]
    [InlineData("OpenMetrics", "application/openmetrics-text;q=0.3,text/plain;q=0,*/*;q=0.9")]
    // Prometheus 2.30, 2.54 and 3.5, and the last with protobuf put first.
    [InlineData("Text", "application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")]
    [InlineData("OpenMetrics", "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")]
    [InlineData("OpenMetrics", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")]
    [InlineData("OpenMetrics", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,application/openmetrics-text;version=1.0.0;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")]
    public void The_format_is_what_the_caller_likes_best_of_the_two(string expected, string? accept) =>
        Assert.Equal(expected, PrometheusFormats.Negotiate(accept).ToString());

    [Fact]
    public void Several_headers_are_one_list() =>
        Assert.Equal(PrometheusFormat.OpenMetrics, PrometheusFormats.Negotiate(new StringValues(["text/plain;q=0.1", "application/openmetrics-text;q=0.2"])));
}
