using System.Diagnostics.Metrics;
using HaWebhook.Auditing.Background.Budgets;
using HaWebhook.Auditing.Background.Events;
using HaWebhook.Auditing.Background.Reports;
using HaWebhook.Certificates;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;

namespace HaWebhook.Auditing.Background;

/// <summary>Adds the audit in the background to a server.</summary>
internal static class AuditServices
{
    /// <summary>Adds it where the options ask for it.</summary>
    /// <exception cref="Commands.CommandException">They do, and it cannot be.</exception>
    public static IServiceCollection AddBackgroundAudit(this IServiceCollection services, ServingOptions options, KubernetesConnection? cluster)
    {
        if (!options.Audit.IsOn)
        {
            return services;
        }

        services
            .AddIdentity(ServiceIdentity.Of("--audit-interval", options, cluster))
            .AddSingleton(provider => new PatientClient(
                cluster!, options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IMeterFactory>()))
            .AddSingleton<AuditMetrics>()
            .AddSingleton<ReportWriter>()
            .AddSingleton<EventWriter>()
            .AddSingleton<DefaultBudgetWriter>()
            .AddSingleton<FindingEvents>()
            .AddSingleton<AuditRounds>()
            .AddHostedService<BackgroundAudit>();
        return options.Audit.Events
            ? services.AddSingleton<DeniedWrites>().AddHostedService<DenialEvents>()
            : services;
    }
}
