using System.Diagnostics;
using System.Net.Http.Headers;

namespace HaWebhook.Benchmarks;

/// <summary>Load without wrk. It needs more of its core than wrk does, so small reviews may be held up by it and not by the server.</summary>
internal sealed class BuiltInLoad(ThrowAwayCertificate certificate) : ILoad
{
    public string Description => "the built-in load generator (wrk is not installed)";

    public async Task<LoadResult> RunAsync(
        Uri server, ReviewCase review, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var handler = certificate.CreateClientHandler();
        handler.MaxConnectionsPerServer = connections;
        using var client = new HttpMessageInvoker(handler);
        var target = new Uri(server, review.PathAndQuery);

        var start = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, connections).Select(_ => Task.Run(
            () => KeepBusyAsync(client, target, review.Body, start, duration, cancellationToken), cancellationToken));
        var histograms = await Task.WhenAll(workers);
        var elapsed = Stopwatch.GetElapsedTime(start);

        var all = new LatencyHistogram();
        foreach (var histogram in histograms)
        {
            all.Add(histogram);
        }

        return new LoadResult(all.Count, elapsed, all.Percentile(0.50), all.Percentile(0.99));
    }

    private static async Task<LatencyHistogram> KeepBusyAsync(
        HttpMessageInvoker client, Uri target, byte[] body, long start, TimeSpan duration, CancellationToken cancellationToken)
    {
        var latencies = new LatencyHistogram();
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            var sent = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{target} answered {(int)response.StatusCode} under load.");
            }

            await response.Content.CopyToAsync(Stream.Null, cancellationToken);
            latencies.Record(Stopwatch.GetElapsedTime(sent));
        }

        return latencies;
    }
}
