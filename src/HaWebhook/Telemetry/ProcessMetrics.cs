using System.Diagnostics.Metrics;
using System.Reflection;
using HaWebhook.Telemetry.Logs;

namespace HaWebhook.Telemetry;

/// <summary>Says which build runs, and since when. The runtime measures itself: see <see cref="MetricStreams"/>.</summary>
internal static class ProcessMetrics
{
    /// <summary>The name of the meter to listen to.</summary>
    public const string MeterName = "HaWebhook.Process";

    /// <summary>The version, with the commit that it was built from where the build knows it.</summary>
    public static string Version { get; } =
        typeof(ProcessMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Measures from now on.</summary>
    public static void Observe(Meter meter, LogQueue? log)
    {
        var build = new Measurement<int>(1, new KeyValuePair<string, object?>("version", Version));
        meter.CreateObservableGauge("ha_webhook_build_info", () => build, null, "The version that runs; always 1.");
        meter.CreateObservableGauge(
            "ha_webhook_thread_pool_queued", () => ThreadPool.PendingWorkItemCount, null, "Pieces of work that wait for a thread. Near 0 unless the server lacks CPU time.");
        if (log is not null)
        {
            meter.CreateObservableCounter(
                "ha_webhook_log_lines_dropped_total", () => log.Dropped, null, "Lines of the log that were dropped because standard output was not read fast enough.");
        }

        // As good as the kernel's own figure, which takes the library for processes, half a megabyte.
        var started = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableGauge("process_start_time_seconds", () => started, "s", "When the process started, in seconds since 1970.");
    }
}
