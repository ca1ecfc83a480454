using System.Buffers;
using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HaWebhook.Telemetry.Prometheus;

/// <summary>
/// Writes metrics as Prometheus reads them, by name and then by labels. Stands in for OpenTelemetry.Exporter.Prometheus.AspNetCore, and names things
/// as that does: what the SDK calls <c>dotnet.gc.pause.time</c> in seconds is <c>dotnet_gc_pause_time_seconds_total</c>.
/// </summary>
internal static class PrometheusText
{
    /// <summary>Writes a whole exposition.</summary>
    /// <param name="output">Takes it in UTF-8.</param>
    /// <param name="batch">What the SDK has collected.</param>
    /// <param name="format">The format.</param>
    public static void Write(IBufferWriter<byte> output, in Batch<Metric> batch, PrometheusFormat format)
    {
        List<Family> families = [];
        foreach (var metric in batch)
        {
            if (TypeOf(metric.MetricType) is { } type)
            {
                families.Add(new(FamilyName(metric, type), type, metric));
            }
        }

        families.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        var last = "";
        foreach (var family in families)
        {
            // A name has one meaning, so one description: a second instrument of the same name would make the whole unreadable.
            if (family.Name != last && PointsOf(family.Metric) is { Count: > 0 } points)
            {
                Write(output, family, points, format);
                last = family.Name;
            }
        }

        if (format == PrometheusFormat.OpenMetrics)
        {
            Put(output, "# EOF\n");
        }
    }

    private static void Write(IBufferWriter<byte> output, in Family family, List<(string Labels, MetricPoint Point)> points, PrometheusFormat format)
    {
        // The suffix belongs to the family in the one format, and only to its samples in the other.
        var sample = family.Type == "counter" ? family.Name + "_total" : family.Name;
        var name = format == PrometheusFormat.OpenMetrics ? family.Name : sample;
        Put(output, $"# TYPE {name} {family.Type}\n");
        if (format == PrometheusFormat.OpenMetrics && UnitOf(family.Metric.Unit) is { Length: > 0 } unit && name.EndsWith("_" + unit, StringComparison.Ordinal))
        {
            Put(output, $"# UNIT {name} {unit}\n");
        }

        if (family.Metric.Description.Length > 0)
        {
            Put(output, $"# HELP {name} {Escape(family.Metric.Description, quotes: format == PrometheusFormat.OpenMetrics)}\n");
        }

        foreach (var (labels, point) in points)
        {
            if (family.Type == "histogram")
            {
                WriteHistogram(output, name, labels, point);
            }
            else
            {
                WriteSample(output, sample, labels, family.Metric.MetricType, point);
            }
        }
    }

    private static void WriteSample(IBufferWriter<byte> output, string name, string labels, MetricType type, in MetricPoint point) =>
        Put(output, $"{name}{InBraces(labels)} {type switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => Number(point.GetSumLong()),
            MetricType.LongGauge => Number(point.GetGaugeLastValueLong()),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Number(point.GetSumDouble()),
            _ => Number(point.GetGaugeLastValueDouble()),
        }}\n");

    private static void WriteHistogram(IBufferWriter<byte> output, string name, string labels, in MetricPoint point)
    {
        var before = labels.Length == 0 ? "" : labels + ",";
        var count = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            Put(output, $"{name}_bucket{{{before}le=\"{Bound(bucket.ExplicitBound)}\"}} {Number(count)}\n");
        }

        Put(output, $"{name}_sum{InBraces(labels)} {Number(point.GetHistogramSum())}\n");
        Put(output, $"{name}_count{InBraces(labels)} {Number(count)}\n");
    }

    private static List<(string Labels, MetricPoint Point)> PointsOf(Metric metric)
    {
        List<(string Labels, MetricPoint Point)> points = [];
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            points.Add((LabelsOf(point.Tags), point));
        }

        points.Sort((one, other) => string.CompareOrdinal(one.Labels, other.Labels));
        return points;
    }

    private static string LabelsOf(ReadOnlyTagCollection tags)
    {
        List<string> labels = [];
        foreach (var (name, value) in tags)
        {
            labels.Add($"{Legal(name)}=\"{Escape(Text(value), quotes: true)}\"");
        }

        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private static string Text(object? value) => value switch
    {
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };

    private static string? TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
        MetricType.Histogram => "histogram",
        _ => null,
    };

    /// <summary>The name without <c>_total</c>, and with the unit unless that is part of it.</summary>
    private static string FamilyName(Metric metric, string type)
    {
        var name = Legal(metric.Name);
        name = type == "counter" && name.EndsWith("_total", StringComparison.Ordinal) ? name[..^"_total".Length] : name;
        var unit = UnitOf(metric.Unit);
        return unit.Length == 0 || $"_{name}_".Contains($"_{unit}_", StringComparison.Ordinal) ? name : $"{name}_{unit}";
    }

    /// <summary>Units in words, as far as our instruments and those of the runtime have any.</summary>
    private static string UnitOf(string unit) => unit switch
    {
        "s" => "seconds",
        "By" => "bytes",
        _ => "",
    };

    private static string Legal(string name) =>
        string.Create(name.Length, name, static (legal, name) =>
        {
            for (var i = 0; i < name.Length; i++)
            {
                legal[i] = char.IsAsciiLetter(name[i]) || (char.IsAsciiDigit(name[i]) && i > 0) ? name[i] : '_';
            }
        });

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string InBraces(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    /// <summary>Written alike in both formats, so that series do not change with the format that a server asks for.</summary>
    private static string Bound(double bound)
    {
        var text = Number(bound);
        return double.IsInteger(bound) && !text.Contains('E', StringComparison.Ordinal) ? text + ".0" : text;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static void Put(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);

    private readonly record struct Family(string Name, string Type, Metric Metric);
}
