using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace HaWebhook.Telemetry.Prometheus;

/// <summary>The formats that metrics are told in.</summary>
internal enum PrometheusFormat
{
    /// <summary>Prometheus' own text, 0.0.4: what every reader of metrics understands.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}

/// <summary>Chooses a format by the header Accept.</summary>
internal static class PrometheusFormats
{
    public static string ContentType(this PrometheusFormat format) => format == PrometheusFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The format that the caller likes best. Where it likes none, or says nothing legible, that which everybody reads.</summary>
    /// <param name="accept">The values of the header. Escaping of names is no matter: ours need none.</param>
    public static PrometheusFormat Negotiate(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges))
        {
            return PrometheusFormat.Text;
        }

        var openMetrics = 0.0;
        var (text, closest) = (0.0, -1);
        foreach (var range in ranges)
        {
            var quality = range.Quality ?? 1;
            var closeness = range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2;
            if (closeness == 2 && range.MatchesMediaType("application/openmetrics-text") && VersionOf(range) is "" or "1.0.0")
            {
                openMetrics = Math.Max(openMetrics, quality);
            }
            else if (closeness >= closest && range.MatchesMediaType("text/plain"))
            {
                // Text of version 1.0.0 is the same where no name needs quotes. What is said of it goes over what is said of everything.
                (text, closest) = (closeness > closest ? quality : Math.Max(text, quality), closeness);
            }
        }

        // Who names both alike gets the one that says more.
        return openMetrics > 0 && openMetrics >= text ? PrometheusFormat.OpenMetrics : PrometheusFormat.Text;
    }

    private static string VersionOf(MediaTypeHeaderValue range)
    {
        foreach (var parameter in range.Parameters)
        {
            if (parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))
            {
                return HeaderUtilities.RemoveQuotes(parameter.Value).ToString();
            }
        }

        return "";
    }
}
