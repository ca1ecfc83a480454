using System.Diagnostics.Metrics;
using HaWebhook.Telemetry.Prometheus;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace HaWebhook.Telemetry;

/// <summary>
/// Makes the meters of a server and aggregates what they measure, by the SDK of OpenTelemetry: for Prometheus when it asks, and for a collector
/// where the environment names one. Whoever gets a meter from here is listened to from the first measurement on.
/// </summary>
internal sealed class Metering : IMeterFactory
{
    private readonly Lock _making = new();
    private readonly Dictionary<string, Meter> _meters = new(StringComparer.Ordinal);
    private readonly MeterProvider _provider;

    public Metering()
    {
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddTelemetrySdk()
                .AddService("ha-webhook", serviceVersion: ProcessMetrics.Version)

                // Last, because later ones win: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go over our own word.
                .AddEnvironmentVariableDetector())
            .AddMeter(MetricStreams.Own, MetricStreams.Runtime)
            .AddView(new MetricStreams(this).Of)
            .AddReader(new BaseExportingMetricReader(Prometheus))
            .Build();
        ProcessMetrics.Observe(Create(new MeterOptions(ProcessMetrics.MeterName)));
    }

    /// <summary>Tells the metrics to Prometheus.</summary>
    public PrometheusExporter Prometheus { get; } = new();

    /// <summary>The meter of this name: a feature has one.</summary>
    public Meter Create(MeterOptions options)
    {
        lock (_making)
        {
            if (!_meters.TryGetValue(options.Name, out var meter))
            {
                options.Scope = this;
                meter = new Meter(options);
                _meters.Add(options.Name, meter);
            }

            return meter;
        }
    }

    public void Dispose()
    {
        _provider.Dispose();
        foreach (var meter in _meters.Values)
        {
            meter.Dispose();
        }
    }
}
