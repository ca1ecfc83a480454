using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using HaWebhook.ApiServer;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>
/// Creates Deployments by dry run, so many a second whatever becomes of them, from when it is made until it is disposed of. Each asks both webhooks.
/// Every fourth has one replica, and has to be denied. No more than <see cref="MostOpen"/> are under way: what comes beyond is not sent but counted, since a load
/// that grew without bound behind a slow server would measure nothing but itself.
/// </summary>
internal sealed class SteadyWrites : IAsyncDisposable
{
    /// <summary>Reviews that one write asks for: one by the mutating webhook, one by the validating one.</summary>
    private const int ReviewsOfAWrite = 2;

    /// <summary>What is asked for above a rate, so that it is reached though some seconds fall short of it.</summary>
    private const double Margin = 1.05;

    /// <summary>Writes under way at most: as many as an API server lets mutate at a time by default (<c>--max-mutating-requests-inflight</c>).</summary>
    public const int MostOpen = 200;

    private const string Path = $"/apis/apps/v1/namespaces/{Namespace}/deployments?dryRun=All";
    private const string Namespace = "shop";
    private const int DeniedEvery = 4;

    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(2);

    private readonly HttpClient _client;
    private readonly CallTally _tally;
    private readonly bool _judged;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _open;

    /// <param name="server">The API server that is written to.</param>
    /// <param name="tally">Counts what becomes of the writes.</param>
    /// <param name="perSecond">Writes a second; 0 for none but those of <see cref="TogetherAsync"/>.</param>
    /// <param name="together">So many at one time: so many connections to each webhook are in use.</param>
    /// <param name="judged">Whether the webhook denies anything at all.</param>
    public SteadyWrites(TestApiServer server, CallTally tally, double perSecond, int together, bool judged)
    {
        (_tally, _judged) = (tally, judged);
        server.AddNamespace(Namespace);
        _client = server.CreateClient();
        _running = RunAsync(perSecond, together);
    }

    /// <summary>Writes a second that make so many reviews.</summary>
    public static double WritesFor(double reviews) => reviews / ReviewsOfAWrite;

    /// <summary>The same for what has to be reached.</summary>
    public static double WritesForAtLeast(double reviews) => WritesFor(reviews * Margin);

    /// <summary>Writes so many at one time, and waits for them.</summary>
    public Task TogetherAsync(int writes) => Task.WhenAll(Enumerable.Range(0, writes).Select(number => WriteAsync(number)));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        while (Volatile.Read(ref _open) > 0)
        {
            await Task.Delay(_pace);
        }

        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(double perSecond, int together)
    {
        var (start, sent) = (Stopwatch.GetTimestamp(), 0L);
        while (!_stop.IsCancellationRequested)
        {
            var due = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond / together) * together;
            for (; sent < due; sent++)
            {
                if (Volatile.Read(ref _open) < MostOpen)
                {
                    _ = WriteAsync(sent);
                }
                else
                {
                    _tally.Withheld();
                }
            }

            await Task.Delay(_pace);
        }
    }

    private async Task WriteAsync(long number)
    {
        Interlocked.Increment(ref _open);
        var bad = number % DeniedEvery == 0;
        try
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Deployment(number, bad ? 1 : 3)))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
            using var response = await _client.PostAsync(new Uri(Path, UriKind.Relative), content);
            _tally.Wrote((int)response.StatusCode, bad && _judged ? 403 : 201);
        }
        catch (HttpRequestException)
        {
            _tally.Wrote(status: 0, expected: 201);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private static string Deployment(long number, int replicas) => $$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web-{{number}}","namespace":"{{Namespace}}"},"spec":{"replicas":{{replicas}},
        "selector":{"matchLabels":{"app":"web"} },"template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"web","image":"registry.example/web:1.4.2",
        "ports":[{"name":"http","containerPort":8080}],"resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"memory":"256Mi"} } }]} } } }
        """;
}
