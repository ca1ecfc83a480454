using System.Buffers;
using HaWebhook.Admission;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HaWebhook.Telemetry.Prometheus;

/// <summary>Collects when it is asked to, one collection at a time. Whoever asks while one is waited for shares the next.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Collected?[] _last = new Collected?[Enum.GetValues<PrometheusFormat>().Length];
    private PooledBuffer? _output;
    private PrometheusFormat _format;
    private long _collections;

    /// <summary>Set by the SDK.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>The metrics as text.</summary>
    /// <returns>The caller's own.</returns>
    public async Task<PooledBuffer> CollectAsync(PrometheusFormat format, CancellationToken cancellation)
    {
        var asked = Volatile.Read(ref _collections);
        await _turn.WaitAsync(cancellation);
        try
        {
            // One that began after this caller had asked is as good as one of its own.
            if (_last[(int)format] is not { } last || last.Number <= asked)
            {
                last = CollectNow(format);
            }

            // Copied, because a slow reader must not keep others waiting.
            var copy = new PooledBuffer(last.Text.Length);
            copy.Write(last.Text.Written.Span);
            return copy;
        }
        finally
        {
            _turn.Release();
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        PrometheusText.Write(_output!, batch, _format);
        return ExportResult.Success;
    }

    protected override void Dispose(bool disposing)
    {
        _turn.Dispose();
        base.Dispose(disposing);
    }

    private Collected CollectNow(PrometheusFormat format)
    {
        var number = Interlocked.Increment(ref _collections);
        var text = new PooledBuffer(_last[(int)format]?.Text.Length ?? 4096);
        (_format, _output) = (format, text);
        if (!Collect!(Timeout.Infinite))
        {
            text.Dispose();
            throw new InvalidOperationException("the metrics could not be collected");
        }

        _last[(int)format]?.Text.Dispose();
        return _last[(int)format] = new Collected(number, text);
    }

    private sealed record Collected(long Number, PooledBuffer Text);
}
