using System.Net.Security;
using HaWebhook.Admission;
using HaWebhook.Certificates;
using HaWebhook.Cluster;
using HaWebhook.Kubernetes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace HaWebhook.Serving;

/// <summary>Puts the server together: the one way in which <c>serve</c>, <c>demo</c> and the tests get it.</summary>
internal static class AdmissionServer
{
    /// <summary>A host that serves as the options say, once it is built and started.</summary>
    /// <param name="options">How it serves.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="cluster">The cluster that it looks at; null to judge every object by itself.</param>
    public static IHostBuilder CreateHostBuilder(ServingOptions options, TimeProvider clock, KubernetesConnection? cluster = null) => new HostBuilder()
        .ConfigureLogging(logging => logging
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                console.UseUtcTimestamp = true;
            })
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information)
            // It would make an activity and a scope of each review, for log lines that nobody has asked for.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)

            // Its errors come to serve as exceptions, which says them in a line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical))
        .ConfigureServices(services => AddCluster(services, cluster, clock)
            .AddSingleton(options)
            .AddSingleton(clock)
            .AddSingleton<FilePolicy>()
            .AddSingleton<ICurrentPolicy>(provider => provider.GetRequiredService<FilePolicy>())
            .AddSingleton<IPolledFile>(provider => provider.GetRequiredService<FilePolicy>())
            .AddCertificates(options)
            .AddSingleton<IReadiness>(provider => provider.GetRequiredService<IClusterKnowledge>())
            .AddSingleton<Readiness>()
            .AddSingleton<AdmissionHandler>()
            .AddSingleton<AdmissionEndpoint>()
            .AddSingleton<AdmissionConnections>()
            .AddSingleton<Drain>()
            .AddHostedService<FilePolling>())
        .ConfigureWebHost(web => web
            .UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel((_, kestrel) => Listen(kestrel, options))
            .Configure(app =>
            {
                var endpoint = app.ApplicationServices.GetRequiredService<AdmissionEndpoint>();
                var readiness = app.ApplicationServices.GetRequiredService<Readiness>();
                var drain = app.ApplicationServices.GetRequiredService<Drain>();
                app.Run(context =>
                {
                    if (drain.IsDraining)
                    {
                        drain.Release(context);
                    }

                    return DispatchAsync(context, endpoint, readiness);
                });
            }));

    private static IServiceCollection AddCluster(IServiceCollection services, KubernetesConnection? cluster, TimeProvider clock) => cluster is null
        ? services.AddSingleton<IClusterKnowledge, NoCluster>()
        : services
            .AddSingleton(_ => new KubernetesClient(cluster, clock))
            .AddSingleton<ServerDiscovery>()
            .AddSingleton<ClusterObjects>()
            .AddSingleton<ObjectReduction>()
            .AddSingleton<ClusterCaches>()
            .AddSingleton<ClusterMetrics>()
            .AddSingleton<LiveLook>()
            .AddSingleton<IClusterKnowledge, LiveCluster>()
            .AddHostedService(provider => provider.GetRequiredService<ClusterCaches>());

    private static void Listen(KestrelServerOptions kestrel, ServingOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = AdmissionEndpoint.LargestBody;
        var handshake = kestrel.ApplicationServices.GetRequiredService<Handshake>();
        var connections = kestrel.ApplicationServices.GetRequiredService<AdmissionConnections>();
        kestrel.Listen(options.Bind, options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => connections.FollowAsync(connection, next));
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(handshake.Options) });
        });
        kestrel.Listen(options.Bind, options.HealthPort, listen => listen.Protocols = HttpProtocols.Http1);
    }

    /// <summary>
    /// Reviews come over TLS only; health is asked on either port. <c>/readyz</c> knows nothing of a drain: a pod that goes is no endpoint for new traffic anyway, and
    /// where all are going, kube-proxy still leads to those that say that they serve (ProxyTerminatingEndpoints).
    /// </summary>
    private static Task DispatchAsync(HttpContext context, AdmissionEndpoint endpoint, Readiness readiness) => (context.Request.Path.Value, context.Request.IsHttps) switch
    {
        ("/validate" or "/mutate", true) when readiness.NotReady is { } reason => SendBackAsync(context, reason),
        ("/validate", true) => endpoint.HandleAsync(context, ReviewKind.Validate),
        ("/mutate", true) => endpoint.HandleAsync(context, ReviewKind.Mutate),
        ("/readyz", _) when readiness.NotReady is { } reason => SayAsync(context, StatusCodes.Status503ServiceUnavailable, $"not ready: {reason}\n"),
        ("/livez" or "/readyz", _) => SayAsync(context, StatusCodes.Status200OK, "ok\n"),
        _ => SayAsync(context, StatusCodes.Status404NotFound, "no such path; reviews go to /validate and /mutate over TLS\n"),
    };

    /// <summary>
    /// The API server asks again at once, up to ten times, and on a connection of its own each time: the next one may lead to a replica that is ready
    /// (client-go, with_retry.go; measured).
    /// </summary>
    private static Task SendBackAsync(HttpContext context, string reason)
    {
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
