using HaWebhook.Kubernetes;
using HaWebhook.Serving;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HaWebhook.Certificates;

/// <summary>Adds what shows a certificate to a server.</summary>
internal static class CertificateServices
{
    /// <summary>Adds what the options ask for.</summary>
    /// <param name="services">The server's services.</param>
    /// <param name="options">How it serves.</param>
    /// <param name="cluster">The cluster that it looks at; null for none.</param>
    /// <exception cref="Commands.CommandException">Certificates are to be self-managed, and there is no cluster or no namespace for them.</exception>
    public static IServiceCollection AddCertificates(this IServiceCollection services, ServingOptions options, KubernetesConnection? cluster)
    {
        services
            .AddSingleton<Handshake>()
            .AddSingleton<CertificateMetrics>()
            .AddSingleton<IReadiness>(provider => provider.GetRequiredService<IServingCertificate>());
        if (options.Certificates.ClientAuthorities is not null)
        {
            services.AddSingleton<CallerCertificates>().AddSingleton<IPolledFile>(provider => provider.GetRequiredService<CallerCertificates>());
        }

        return (options.Certificates.Mode ?? (options.TlsCertificate is null ? CertificateMode.ThrowAway : CertificateMode.Files)) switch
        {
            CertificateMode.SelfManaged => services
                .AddIdentity(ServiceIdentity.Of("--certificates self-managed", options, cluster))
                .AddSingleton<AuthorityStore>()
                .AddSingleton<SelfManagedCertificate>()
                .AddSingleton<IServingCertificate>(provider => provider.GetRequiredService<SelfManagedCertificate>())
                .AddHostedService(provider => provider.GetRequiredService<SelfManagedCertificate>()),
            CertificateMode.Files => services
                .AddTrust(ServiceIdentity.TryOf(options, cluster))
                .AddSingleton<FileCertificate>()
                .AddSingleton<IServingCertificate>(provider => provider.GetRequiredService<FileCertificate>())
                .AddSingleton<IPolledFile>(provider => provider.GetRequiredService<FileCertificate>()),
            _ => services.AddSingleton<IServingCertificate, ThrowAwayCertificate>(),
        };
    }

    /// <summary>Adds who the server is in the cluster, and where that is written there.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services, ServiceIdentity identity)
    {
        services.TryAddSingleton(identity);
        services.TryAddSingleton<WebhookConfigurations>();
        services.TryAddSingleton<ClusterClock>();
        return services;
    }

    private static IServiceCollection AddTrust(this IServiceCollection services, ServiceIdentity? identity) => identity is null
        ? services
        : services
            .AddIdentity(identity)
            .AddSingleton<FileTrust>()
            .AddSingleton<IReadiness>(provider => provider.GetRequiredService<FileTrust>())
            .AddHostedService(provider => provider.GetRequiredService<FileTrust>());
}
