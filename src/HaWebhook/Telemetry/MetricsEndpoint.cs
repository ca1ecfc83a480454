using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using OpenTelemetry.Metrics;

namespace HaWebhook.Telemetry;

/// <summary><c>/metrics</c>: what the exporter of OpenTelemetry tells Prometheus.</summary>
internal sealed class MetricsEndpoint
{
    private static readonly byte[] _switchedOff = Encoding.UTF8.GetBytes("metrics are switched off (OTEL_SDK_DISABLED is true)\n");
    private static readonly byte[] _onlyGet = Encoding.UTF8.GetBytes("metrics are read by GET\n");

    private readonly RequestDelegate? _exporter;

    /// <param name="metering">What is measured.</param>
    /// <param name="services">Where the exporter looks for services; it needs none of ours.</param>
    public MetricsEndpoint(Metering metering, IServiceProvider services) => _exporter = metering.Provider is { } provider
        ? new ApplicationBuilder(services)
            .UseOpenTelemetryPrometheusScrapingEndpoint(provider, predicate: static _ => true, path: null, configureBranchedPipeline: null, optionsName: null)
            .Build()
        : null;

    /// <summary>Adds the exporter to a provider that is to be told here.</summary>
    public static MeterProviderBuilder AddExporter(MeterProviderBuilder builder) => builder.AddPrometheusExporter(exporter =>
    {
        // No name or label but our own: what these would add, ha_webhook_build_info and the labels of the scrape tell.
        exporter.ScopeInfoEnabled = false;
        exporter.TargetInfoEnabled = false;

        // Whoever asks gets what is measured now. At most one collection runs, which those share who ask meanwhile.
        exporter.ScrapeResponseCacheDurationMilliseconds = 0;
    });

    public async Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            Say(context, StatusCodes.Status405MethodNotAllowed, _onlyGet);
            return;
        }

        if (_exporter is null)
        {
            Say(context, StatusCodes.Status404NotFound, _switchedOff);
            return;
        }

        // Not compressed: that takes 10 MB of memory, for some 40 KB every half a minute.
        context.Request.Headers.AcceptEncoding = default;

        // Taken before it is sent: the exporter collects no more while somebody still reads, and a slow reader must not keep others waiting.
        using var text = new MemoryStream();
        var connection = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(text));
        try
        {
            await _exporter(context);
        }
        finally
        {
            context.Features.Set(connection);
        }

        if (text.Length == 0 && response.StatusCode == StatusCodes.Status200OK)
        {
            // The exporter could not tell anything, and Prometheus would take that for all series having ended.
            response.StatusCode = StatusCodes.Status500InternalServerError;
        }

        response.ContentLength = text.Length;
        response.Headers.Vary = HeaderNames.Accept;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(text.GetBuffer().AsMemory(0, (int)text.Length), context.RequestAborted);
        }
    }

    private static void Say(HttpContext context, int status, byte[] line)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = line.Length;
        context.Response.BodyWriter.Write(line);
    }
}
