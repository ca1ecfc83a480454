using System.Diagnostics.Metrics;
using System.Net.Security;
using HaWebhook.Admission;
using HaWebhook.Auditing.Background;
using HaWebhook.Certificates;
using HaWebhook.Cluster;
using HaWebhook.Kubernetes;
using HaWebhook.SelfCheck;
using HaWebhook.Telemetry;
using HaWebhook.Telemetry.Logs;
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
        .ConfigureLogging(logging => logging.AddServerLog(options.LogFormat))
        .ConfigureServices(services => AddCluster(services, cluster, clock)
            .Configure<HostOptions>(host => host.ShutdownTimeout = ServingOptions.LongestStop)
            .AddSingleton(options)
            .AddSingleton(clock)
            .AddSingleton<FilePolicy>()
            .AddSingleton<ICurrentPolicy>(provider => provider.GetRequiredService<FilePolicy>())
            .AddSingleton<IPolledFile>(provider => provider.GetRequiredService<FilePolicy>())
            .AddCertificates(options, cluster)
            .AddSingleton<IReadiness>(provider => provider.GetRequiredService<IClusterKnowledge>())
            .AddSingleton<Readiness>()
            .AddSingleton<AdmissionHandler>()
            .AddSingleton<AdmissionEndpoint>()
            .AddTraffic(options, clock)
            .AddTelemetry()
            .AddSelfCheck(options, cluster)
            .AddBackgroundAudit(options, cluster)
            .AddSingleton<RequestRouter>()
            .AddHostedService<FilePolling>())
        .ConfigureWebHost(web => web
            .UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel((_, kestrel) => Listen(kestrel, options))
            .Configure(app =>
            {
                var router = app.ApplicationServices.GetRequiredService<RequestRouter>();
                app.Run(router.RouteAsync);
            }));

    private static IServiceCollection AddCluster(IServiceCollection services, KubernetesConnection? cluster, TimeProvider clock) => cluster is null
        ? services.AddSingleton<IClusterKnowledge, NoCluster>()
        : services
            .AddSingleton(provider => new KubernetesClient(cluster, clock, meters: provider.GetRequiredService<IMeterFactory>()))
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
        kestrel.Bound();
        var services = kestrel.ApplicationServices;
        var handshake = services.GetRequiredService<Handshake>();
        kestrel.Listen(options.Bind, options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Bound(services.GetRequiredService<AdmissionConnections>());
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(handshake.Options),
                HandshakeTimeout = TrafficLimits.LongestHandshake,
            });
        });
        kestrel.Listen(options.Bind, options.HealthPort, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Bound(TrafficLimits.HealthConnections(services.GetRequiredService<TimeProvider>()));
        });
    }
}
