using System.Diagnostics.Metrics;
using HaWebhook.Admission;
using HaWebhook.Auditing.Background;
using OpenTelemetry.Metrics;

namespace HaWebhook.Telemetry;

/// <summary>Which instruments are listened to, and how they are aggregated.</summary>
/// <param name="owner">Makes the meters of this server. Those of another server in the process are not listened to.</param>
internal sealed class MetricStreams(IMeterFactory owner)
{
    /// <summary>Our own meters.</summary>
    public const string Own = "HaWebhook.*";

    /// <summary>The meter of the runtime, by the semantic conventions of OpenTelemetry.</summary>
    public const string Runtime = "System.Runtime";

    /// <summary>
    /// The most series of an instrument. Labels are bounded, so that none comes near it; the SDK puts what would be more into one series that says so.
    /// It makes room for all of them at once, 90 bytes or so each.
    /// </summary>
    private const int MostSeries = 500;

    /// <summary>The same for what is looked up when it is asked for: a series for each kind that is watched, or a handful.</summary>
    private const int MostObservedSeries = 100;

    /// <summary>The same where six labels are combined.</summary>
    private const int MostReviewSeries = 2000;

    /// <summary>Most reviews take microseconds; the API server gives up after 1 to 30 seconds.</summary>
    private static readonly double[] _seconds = [0.0001, 0.00025, 0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 30];

    /// <summary>Of what the runtime measures, what tells how a server is. Left out is what has no name that Prometheus likes, and the queue of threads, which is told as a counter.</summary>
    private static readonly HashSet<string> _runtime = new(StringComparer.Ordinal)
    {
        "dotnet.process.cpu.time",
        "dotnet.process.memory.working_set",
        "dotnet.gc.collections",
        "dotnet.gc.pause.time",
        "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.heap.size",
        "dotnet.gc.last_collection.memory.committed_size",
        "dotnet.monitor.lock_contentions",
        "dotnet.exceptions",
    };

    public MetricStreamConfiguration Of(Instrument instrument)
    {
        if (!IsWanted(instrument))
        {
            return MetricStreamConfiguration.Drop;
        }

        // By its full name: the SDK passes over a histogram's configuration for what is none, with the limit in it.
        var stream = instrument is Histogram<double> { Unit: "s" }
            ? new ExplicitBucketHistogramConfiguration { Boundaries = _seconds, RecordMinMax = false }
            : new MetricStreamConfiguration();
        stream.CardinalityLimit = MostSeriesOf(instrument);
        return stream;
    }

    private static int MostSeriesOf(Instrument instrument) => instrument.Name switch
    {
        AdmissionMetrics.Reviews => MostReviewSeries,
        AuditMetrics.Violations => AuditFigures.MostViolations,
        _ => instrument.IsObservable ? MostObservedSeries : MostSeries,
    };

    private bool IsWanted(Instrument instrument) =>
        instrument.Meter.Name == Runtime ? _runtime.Contains(instrument.Name) : ReferenceEquals(instrument.Meter.Scope, owner);
}
