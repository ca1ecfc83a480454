using HaWebhook.Serving;

namespace HaWebhook.Certificates;

/// <summary>Adds what shows a certificate to a server.</summary>
internal static class CertificateServices
{
    public static IServiceCollection AddCertificates(this IServiceCollection services, ServingOptions options)
    {
        services.AddSingleton<Handshake>().AddSingleton<IReadiness>(provider => provider.GetRequiredService<IServingCertificate>());
        return options.TlsCertificate is null
            ? services.AddSingleton<IServingCertificate, ThrowAwayCertificate>()
            : services
                .AddSingleton<FileCertificate>()
                .AddSingleton<IServingCertificate>(provider => provider.GetRequiredService<FileCertificate>())
                .AddSingleton<IPolledFile>(provider => provider.GetRequiredService<FileCertificate>());
    }
}
