using System.Diagnostics.Metrics;
using HaWebhook.Admission;
using HaWebhook.Serving;

namespace HaWebhook.Telemetry;

/// <summary>What measures the server, and what tells it.</summary>
internal static class TelemetryServices
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services) => services
        .AddSingleton<AdmissionMetrics>()
        .AddSingleton<PolicyMetrics>()
        .AddSingleton<Metering>()
        .AddSingleton<IMeterFactory>(provider => provider.GetRequiredService<Metering>())
        .AddSingleton<MetricsEndpoint>();
}
