using System.Net;
using HaWebhook.Tests.Admission;
using HaWebhook.Tests.Commands;

namespace HaWebhook.Tests.Telemetry;

/// <summary>Export to a collector, by the variables of OpenTelemetry.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task A_collector_gets_the_metrics_and_who_they_are_of()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var server = await ServeProcess.StartAsync(Environment(collector.Endpoint, ("OTEL_RESOURCE_ATTRIBUTES", "k8s.namespace.name=ha")));
        using var denied = await server.PostAsync("/validate", Reviews.Text());
        var export = await collector.ExportAsync(export => export.Metrics.Contains("ha_webhook_admission_duration_seconds"));
        Assert.Contains("ha_webhook_admission_requests_total", export.Metrics);
        Assert.Contains("ha_webhook_policy_info", export.Metrics);
        Assert.Contains("dotnet.gc.collections", export.Metrics);
        Assert.Equal("ha-webhook", export.Resource["service.name"]);
        Assert.Equal("ha", export.Resource["k8s.namespace.name"]);
        Assert.Equal(1, (await server.ScrapeAsync()).Sum("ha_webhook_admission_requests_total", "decision=\"deny\""));
    }

    [Fact]
    public async Task The_environment_names_the_service()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var server = await ServeProcess.StartAsync(Environment(collector.Endpoint, ("OTEL_SERVICE_NAME", "webhook-of-shop")));
        Assert.Equal("webhook-of-shop", (await collector.ExportAsync(_ => true)).Resource["service.name"]);
    }

    [Fact]
    public async Task A_collector_that_is_away_disturbs_nobody_and_is_told_once()
    {
        await using var collector = await OtlpCollector.StartAsync();
        collector.Status = HttpStatusCode.InternalServerError;
        await using var server = await ServeProcess.StartAsync(Environment(collector.Endpoint, ("OTEL_METRIC_EXPORT_INTERVAL", "50")));
        await server.LineAsync(line => line.Contains("could not be exported", StringComparison.Ordinal));
        await collector.RequestsAsync(collector.Requests + 10);
        for (var i = 0; i < 20; i++)
        {
            using var denied = await server.PostAsync("/validate", Reviews.Text());
            Assert.Equal(HttpStatusCode.OK, denied.StatusCode);
        }

        Assert.Equal(20, (await server.ScrapeAsync()).Sum("ha_webhook_admission_requests_total", "decision=\"deny\""));
        collector.Status = HttpStatusCode.OK;
        await server.LineAsync(line => line.EndsWith(" again", StringComparison.Ordinal));
        Assert.Equal(3, server.Lines.Count(line => line.Contains(collector.Endpoint.ToString(), StringComparison.Ordinal)));
        Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task The_SDK_can_be_switched_off()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var server = await ServeProcess.StartAsync(Environment(collector.Endpoint, ("OTEL_SDK_DISABLED", "true")));
        using var denied = await server.PostAsync("/validate", Reviews.Text());
        Assert.Equal(HttpStatusCode.OK, denied.StatusCode);
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(server.Health, "/metrics"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(
            "metrics are switched off (OTEL_SDK_DISABLED is true)\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(0, collector.Requests);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL, not 'collector:4317'", "collector:4317", "")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL must be grpc or http/protobuf, not 'http/json'", "http://collector:4318", "http/json")]
    public async Task What_it_cannot_use_is_exit_code_2_and_a_line(string expected, string endpoint, string protocol)
    {
        var result = await Cli.RunWithEnvironmentAsync(
            new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol },
            "serve", "--port", "0", "--health-port", "0", "--no-cluster");
        Assert.Equal((2, $"ha-webhook: {expected}\n"), (result.ExitCode, result.Errors));
    }

    private static Dictionary<string, string> Environment(Uri endpoint, params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
        };
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return environment;
    }
}
