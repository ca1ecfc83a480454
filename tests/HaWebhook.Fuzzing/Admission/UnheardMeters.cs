using System.Diagnostics.Metrics;

namespace HaWebhook.Fuzzing.Admission;

/// <summary>Meters that nobody listens to: what is recorded is recorded, and that it does not fail is what counts.</summary>
internal sealed class UnheardMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
