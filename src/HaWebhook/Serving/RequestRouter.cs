using HaWebhook.Admission;
using HaWebhook.SelfCheck;
using HaWebhook.Telemetry;

namespace HaWebhook.Serving;

/// <summary>Leads each request to what answers it. Reviews come over TLS only, metrics without it; health is asked on either port.</summary>
internal sealed class RequestRouter(
    AdmissionEndpoint admission, MetricsEndpoint metrics, Readiness readiness, Drain drain, ServingMetrics serving, SelfCheckEndpoint? selfCheck = null)
{
    /// <summary>
    /// Answers a request. <c>/readyz</c> knows nothing of a drain that a signal began: a pod that goes is no endpoint for new traffic anyway, and where all are going,
    /// kube-proxy still leads to those that say that they serve (ProxyTerminatingEndpoints). A server that goes because something in it has failed has to tell it.
    /// </summary>
    public Task RouteAsync(HttpContext context)
    {
        if (!context.Request.IsHttps)
        {
            TrafficLimits.TakeHealthRequest(context);
        }
        else if (drain.IsDraining)
        {
            drain.Release(context, isWebhook: context.Request.Path.Value is "/validate" or "/mutate" or SelfCheckWebhook.Path);
        }

        return (context.Request.Path.Value, context.Request.IsHttps) switch
        {
            ("/validate" or "/mutate" or SelfCheckWebhook.Path, true) when readiness.NotReady is { } reason => SendBackAsync(context, reason),
            ("/validate", true) => admission.HandleAsync(context, ReviewKind.Validate),
            ("/mutate", true) => admission.HandleAsync(context, ReviewKind.Mutate),
            (SelfCheckWebhook.Path, true) when selfCheck is not null => selfCheck.HandleAsync(context),
            ("/readyz", _) when readiness.NotReady is { } reason => SayAsync(context, StatusCodes.Status503ServiceUnavailable, $"not ready: {reason}\n"),
            ("/readyz", _) when drain.HasFailed => SayAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready: the server has failed and is about to end\n"),
            ("/metrics", false) => metrics.HandleAsync(context),
            ("/livez" or "/readyz", _) => SayAsync(context, StatusCodes.Status200OK, "ok\n"),
            _ => SayAsync(context, StatusCodes.Status404NotFound, "no such path; reviews go to /validate and /mutate over TLS\n"),
        };
    }

    /// <summary>
    /// The API server asks again at once, up to ten times, and on a connection of its own each time: the next one may lead to a replica that is ready
    /// (client-go, with_retry.go; measured).
    /// </summary>
    private Task SendBackAsync(HttpContext context, string reason)
    {
        serving.Refuse(Refusal.NotReady);
        context.Response.Headers.RetryAfter = "0";
        context.Response.Headers.Connection = "close";
        return SayAsync(context, StatusCodes.Status503ServiceUnavailable, $"not ready: {reason}\n");
    }

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text);
    }
}
