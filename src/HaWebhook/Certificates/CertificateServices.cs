using HaWebhook.Kubernetes;
using HaWebhook.Serving;

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
                .AddSingleton(ServiceIdentity.Of(options, cluster))
                .AddSingleton<ClusterClock>()
                .AddSingleton<AuthorityStore>()
                .AddSingleton<WebhookConfigurations>()
                .AddSingleton<SelfManagedCertificate>()
                .AddSingleton<IServingCertificate>(provider => provider.GetRequiredService<SelfManagedCertificate>())
                .AddHostedService(provider => provider.GetRequiredService<SelfManagedCertificate>()),
            CertificateMode.Files => services
                .AddSingleton<FileCertificate>()
                .AddSingleton<IServingCertificate>(provider => provider.GetRequiredService<FileCertificate>())
                .AddSingleton<IPolledFile>(provider => provider.GetRequiredService<FileCertificate>()),
            _ => services.AddSingleton<IServingCertificate, ThrowAwayCertificate>(),
        };
    }
}
