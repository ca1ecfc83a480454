using System.Diagnostics.Metrics;
using HaWebhook.Telemetry.Logs;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace HaWebhook.Telemetry;

/// <summary>
/// Makes the meters of a server and aggregates what they measure, by the SDK of OpenTelemetry: for Prometheus when it asks, and for a collector
/// where the environment names one. Whoever gets a meter from here is listened to from the first measurement on.
/// </summary>
internal sealed partial class Metering : IMeterFactory
{
    private const string DisabledVariable = "OTEL_SDK_DISABLED";

    private readonly Lock _making = new();
    private readonly Dictionary<string, Meter> _meters = new(StringComparer.Ordinal);

    /// <param name="log">The lines of the log, whose losses are counted; null where there is none.</param>
    /// <param name="logger">Is told what becomes of the collector; null for nobody.</param>
    /// <exception cref="Commands.CommandException">The environment names a collector that there cannot be.</exception>
    public Metering(LogQueue? log = null, ILogger<Metering>? logger = null)
    {
        logger ??= NullLogger<Metering>.Instance;
        ProcessMetrics.Observe(Create(new MeterOptions(ProcessMetrics.MeterName)), log);
        if (string.Equals(Environment.GetEnvironmentVariable(DisabledVariable), "true", StringComparison.OrdinalIgnoreCase))
        {
            Log.SwitchedOff(logger, DisabledVariable);
            return;
        }

        var builder = MetricsEndpoint.AddExporter(Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddTelemetrySdk()
                .AddService("ha-webhook", serviceVersion: ProcessMetrics.Version)

                // Last, because later ones win: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go over our own word.
                .AddEnvironmentVariableDetector())
            .AddMeter(MetricStreams.Own, MetricStreams.Runtime)
            .AddView(new MetricStreams(this).Of));
        Provider = (OtlpReader.Find(Environment.GetEnvironmentVariable, logger) is { } collector ? builder.AddReader(collector) : builder).Build();
    }

    /// <summary>Has the metrics for whoever asks; null where the SDK is switched off.</summary>
    public MeterProvider? Provider { get; }

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
        Provider?.Dispose();
        foreach (var meter in _meters.Values)
        {
            meter.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(74, LogLevel.Warning, "nothing is measured, because {Variable} is true")]
        public static partial void SwitchedOff(ILogger logger, string variable);
    }
}
