using HaWebhook.Admission;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HaWebhook.Serving;

/// <summary>What the server takes on, connection by connection. Who calls is not known before TLS, and mostly not after it: every caller is taken for a hostile one.</summary>
internal static class TrafficLimits
{
    /// <summary>
    /// Connections to the health port: a kubelet's, which opens one for each probe, and some scrapers'. More than those need, so that a new one is let be for a while also
    /// where somebody opens hundreds a second.
    /// </summary>
    private const int MostHealthConnections = 256;

    /// <summary>An API server gives up after 10 seconds, too (client-go, transport: TLSHandshakeTimeout).</summary>
    public static TimeSpan LongestHandshake { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Adds what counts and bounds the traffic.</summary>
    public static IServiceCollection AddTraffic(this IServiceCollection services, ServingOptions options, TimeProvider clock) => services

        // Half of them may be without a verdict yet: an API server sends a review within milliseconds.
        .AddSingleton(new AdmissionConnections(options.MaxConnections, options.MaxConnections / 2, clock))
        .AddSingleton<ReviewLimits>()
        .AddSingleton<Drain>()
        .AddSingleton<ServingMetrics>();

    /// <summary>The bounds of the health port's connections.</summary>
    public static AdmissionConnections HealthConnections(TimeProvider clock) => new(MostHealthConnections, MostHealthConnections, clock);

    /// <summary>Whoever asks the health port anything at all has proven what can be proven there.</summary>
    public static void TakeHealthRequest(HttpContext context)
    {
        TakeNoBody(context);
        context.Features.Get<AdmissionConnection>()?.Prove();
    }

    /// <summary>Sets the HTTP server's own limits, which hold for both ports.</summary>
    public static void Bound(this KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // An API server closes its idle connections after 90 seconds. It must be the one that does: a review that is sent on a connection at the moment at which it is
        // closed here is lost.
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);

        // The headers come in one piece, with the first bytes.
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);

        // An API server sends seven or eight, and with tracing or behind a proxy a few more; the longest is a trace's baggage.
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        kestrel.Limits.MaxRequestLineSize = 4 << 10;

        kestrel.Limits.MaxRequestBodySize = AdmissionEndpoint.LargestBody;

        // Whole bodies have a deadline of their own, the call's. This catches those that have stopped, before it.
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1 << 10, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1 << 10, gracePeriod: TimeSpan.FromSeconds(5));

        // What a body that waits for its share fills up meanwhile. The default is 1 MiB a connection.
        kestrel.Limits.MaxRequestBufferSize = 128 << 10;
    }

    /// <summary>Bounds the connections of a port.</summary>
    public static void Bound(this ListenOptions port, AdmissionConnections connections) => port.Use(next => transport => connections.FollowAsync(transport, next));

    /// <summary>Nothing is sent to the health port, which anybody in the cluster may ask: a body is not read, and ends the connection.</summary>
    private static void TakeNoBody(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = 0;
        }
    }
}
