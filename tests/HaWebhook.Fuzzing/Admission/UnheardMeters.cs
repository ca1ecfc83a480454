using System.Diagnostics.Metrics;

namespace HaWebhook.Fuzzing.Admission;

/// <summary>Meters under a name that no server of the process listens to: what is recorded is recorded, and that it does not fail is what counts.</summary>
internal sealed class UnheardMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new("fuzzing");

    public void Dispose()
    {
    }
}
