using HaWebhook.Commands;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace HaWebhook.Telemetry;

/// <summary>
/// Sends the metrics to a collector again and again, on a thread of its own. The SDK passes over failures in silence: this says once that there are
/// any, and once that they are over.
/// </summary>
internal sealed partial class OtlpReader : PeriodicExportingMetricReader
{
    /// <summary>The specification's own default.</summary>
    private const int DefaultInterval = 60_000;

    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private readonly string _endpoint;
    private readonly int _interval;
    private readonly ILogger _logger;
    private bool _isFailing;

    private OtlpReader(OtlpExporterOptions options, int interval, int timeout, ILogger logger)
        : base(new OtlpMetricExporter(options), interval, timeout)
    {
        // Without a user and a password, which do not belong into a log.
        (_endpoint, _interval, _logger) = (options.Endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped), interval, logger);
        Log.Exporting(logger, _endpoint, interval / 1000.0);
    }

    /// <summary>The reader, where the environment names a collector; else null.</summary>
    /// <exception cref="CommandException">A variable says what nothing can be done with.</exception>
    public static OtlpReader? Find(Func<string, string?> environment, ILogger logger)
    {
        if (environment(EndpointVariable) is not { Length: > 0 } endpoint || environment("OTEL_METRICS_EXPORTER") == "none")
        {
            return null;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new CommandException($"{EndpointVariable} must be an http or https URL, not '{endpoint}'");
        }

        if (environment(ProtocolVariable) is { Length: > 0 } protocol and not ("grpc" or "http/protobuf"))
        {
            throw new CommandException($"{ProtocolVariable} must be grpc or http/protobuf, not '{protocol}'");
        }

        return Make(logger);
    }

    /// <summary>On its own, because whoever calls it loads the exporter.</summary>
    private static OtlpReader Make(ILogger logger)
    {
        // Both read their variables themselves.
        var timing = new PeriodicExportingMetricReaderOptions();
        var options = new OtlpExporterOptions();
        return new OtlpReader(options, timing.ExportIntervalMilliseconds ?? DefaultInterval, timing.ExportTimeoutMilliseconds ?? options.TimeoutMilliseconds, logger);
    }

    protected override bool OnCollect(int timeoutMilliseconds)
    {
        var isSent = base.OnCollect(timeoutMilliseconds);
        if (isSent && _isFailing)
        {
            Log.Recovered(_logger, _endpoint);
        }
        else if (!isSent && !_isFailing)
        {
            Log.Failing(_logger, _endpoint, _interval / 1000.0);
        }

        _isFailing = !isSent;
        return isSent;
    }

    private static partial class Log
    {
        [LoggerMessage(71, LogLevel.Information, "metrics are exported to {Endpoint} every {Seconds} seconds")]
        public static partial void Exporting(ILogger logger, string endpoint, double seconds);

        [LoggerMessage(72, LogLevel.Warning, "metrics could not be exported to {Endpoint}; tried again every {Seconds} seconds, and told again when it works")]
        public static partial void Failing(ILogger logger, string endpoint, double seconds);

        [LoggerMessage(73, LogLevel.Information, "metrics are exported to {Endpoint} again")]
        public static partial void Recovered(ILogger logger, string endpoint);
    }
}
