using System.Globalization;

namespace HaWebhook.Kubernetes.Connection;

/// <summary>Counts and times each request, and remembers what time it is by the server.</summary>
internal sealed class MeasuringHandler(KubernetesMetrics metrics, TimeProvider clock) : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<ApiRequest> _what = new("what");

    private volatile Dated? _dated;

    /// <summary>The <c>Date</c> of the server's last answer, and what has passed since; null before the first.</summary>
    public DateTimeOffset? ServerTime => _dated is { } dated ? dated.Date + clock.GetElapsedTime(dated.At) : null;

    /// <summary>Says what a message asks for. One that does not is not counted.</summary>
    public static void Label(HttpRequestMessage message, ApiRequest request) => message.Options.Set(_what, request);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var code = "error";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            if (response.Headers.Date is { } date)
            {
                _dated = new(date, clock.GetTimestamp());
            }

            return response;
        }
        finally
        {
            if (request.Options.TryGetValue(_what, out var what))
            {
                metrics.Requested(what.Verb, what.ResourceName, code, clock.GetElapsedTime(started));
            }
        }
    }

    /// <param name="Date">What time it was by the server.</param>
    /// <param name="At">When it said so, by our clock that never jumps.</param>
    private sealed record Dated(DateTimeOffset Date, long At);
}
