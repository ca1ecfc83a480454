using System.Buffers;
using System.Text;

namespace HaWebhook.Telemetry.Prometheus;

/// <summary><c>/metrics</c>.</summary>
internal sealed class MetricsEndpoint(Metering metering)
{
    private static readonly byte[] _switchedOff = Encoding.UTF8.GetBytes("metrics are switched off (OTEL_SDK_DISABLED is true)\n");
    private static readonly byte[] _onlyGet = Encoding.UTF8.GetBytes("metrics are read by GET\n");

    public async Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            Say(context, StatusCodes.Status405MethodNotAllowed, _onlyGet);
            return;
        }

        if (metering.Prometheus is not { } prometheus)
        {
            Say(context, StatusCodes.Status404NotFound, _switchedOff);
            return;
        }

        var format = PrometheusFormats.Negotiate(context.Request.Headers.Accept);
        using var text = await prometheus.CollectAsync(format, context.RequestAborted);
        response.ContentType = format.ContentType();
        response.ContentLength = text.Length;
        response.Headers.Vary = "Accept";
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(text.Written, context.RequestAborted);
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
