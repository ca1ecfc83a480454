using System.Diagnostics.Metrics;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;

namespace HaWebhook.Auditing.Background;

/// <summary>
/// The API server as the audit asks it: one request after the other, on a connection of its own, with rests. Reviews and watches never wait
/// behind it, and the API server can tell it from them by its user agent.
/// </summary>
internal sealed class PatientClient(KubernetesConnection connection, ServingOptions options, TimeProvider clock, IMeterFactory meters) : IDisposable
{
    /// <summary>Asks it.</summary>
    public KubernetesClient Api { get; } = new(connection, clock, new() { UserAgent = "ha-webhook-audit", Rest = options.Audit.Rest }, meters);

    public void Dispose() => Api.Dispose();
}
