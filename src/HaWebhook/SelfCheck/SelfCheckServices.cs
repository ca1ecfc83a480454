using HaWebhook.Certificates;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;

namespace HaWebhook.SelfCheck;

/// <summary>Adds the self-check to a server.</summary>
internal static class SelfCheckServices
{
    /// <summary>Adds it where the options ask for it.</summary>
    /// <exception cref="Commands.CommandException">They do, and it cannot be.</exception>
    public static IServiceCollection AddSelfCheck(this IServiceCollection services, ServingOptions options, KubernetesConnection? cluster) => !options.SelfCheck
        ? services
        : services
            .AddIdentity(ServiceIdentity.Of("--self-check", options, cluster))
            .AddSingleton<SelfCheckEndpoint>()
            .AddSingleton<SelfCheckProbe>()
            .AddSingleton<SelfCheckLog>()
            .AddSingleton<SelfCheckMetrics>()
            .AddHostedService<SelfChecking>();
}
