using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HaWebhook.Verification;

/// <summary>
/// How many dry runs the replicas have found wanting, by their metrics: in an audit mode the one trace that a client can see. Every address of the host
/// is asked, since each replica counts for itself.
/// </summary>
/// <param name="metrics">Where the metrics are, with a host whose addresses are the replicas'.</param>
internal sealed class JudgedReviews(Uri metrics)
{
    private const string Series = "ha_webhook_admission_requests_total{";

    private static readonly string[] _labels = ["webhook=\"validate\"", "operation=\"CREATE\"", "decision=\"would-deny\"", "dry_run=\"true\""];

    /// <summary>Each replica is asked for this long at most.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>The count of all replicas together.</summary>
    /// <exception cref="HttpRequestException">The host has no address, or a replica does not answer.</exception>
    public async Task<long> CountAsync(CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = _patience };
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(metrics.IdnHost, cancellation);
        }
        catch (SocketException exception)
        {
            throw new HttpRequestException($"{metrics.Host} has no address: {exception.Message}", exception);
        }

        var count = 0L;
        foreach (var address in addresses)
        {
            try
            {
                var replica = new UriBuilder(metrics) { Host = address.ToString() }.Uri;
                count += Count(await client.GetStringAsync(replica, cancellation));
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new HttpRequestException($"{address} did not answer within {_patience.TotalSeconds} s");
            }
        }

        return count;
    }

    /// <summary>The count in the metrics of one replica, in Prometheus' text format.</summary>
    public static long Count(string text)
    {
        var count = 0L;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(Series, StringComparison.Ordinal) || line.LastIndexOf('}') is not (> 0 and var end))
            {
                continue;
            }

            var labels = line[..end].ToString();
            var value = line[(end + 1)..].Trim();
            var space = value.IndexOf(' ');
            if (Array.TrueForAll(_labels, label => labels.Contains(label, StringComparison.Ordinal))
                && double.TryParse(space < 0 ? value : value[..space], NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                count += (long)number;
            }
        }

        return count;
    }
}
