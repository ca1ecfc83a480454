using System.Net.Http.Headers;
using System.Text;

namespace HaWebhook.Benchmarks;

/// <summary>
/// Changes the status of one Deployment after the other, as controllers do all the time, from when it is made until it is disposed of. Every
/// second Deployment is of the first namespace, which reviews are of.
/// </summary>
internal sealed class SteadyChanges : IAsyncDisposable
{
    private readonly SeededCluster _cluster;
    private readonly HttpClient _client;
    private readonly PeriodicTimer _timer;
    private readonly Task _running;

    public SteadyChanges(SeededCluster cluster, int perSecond)
    {
        _cluster = cluster;
        _client = cluster.Server.CreateClient();
        _timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / perSecond);
        _running = RunAsync();
    }

    /// <summary>Changes made so far.</summary>
    public int Count { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running;
        _client.Dispose();
    }

    private async Task RunAsync()
    {
        var size = _cluster.Size;
        while (await _timer.WaitForNextTickAsync())
        {
            var number = Count % 2 == 0 ? Count / 2 % Math.Min(size.NamespaceSize, size.Deployments) : Count / 2 * size.NamespaceSize % size.Deployments;
            var patch = $$"""{"status":{"observedGeneration":{{Count + 2}},"readyReplicas":{{Count % 3}},"availableReplicas":{{Count % 3}} } }""";
            using var content = new StringContent(patch, Encoding.UTF8, new MediaTypeHeaderValue("application/merge-patch+json"));
            using var response = await _client.PatchAsync(
                new Uri($"/apis/apps/v1/namespaces/{size.NamespaceOf(number)}/deployments/{SeededCluster.NameOf(number)}/status", UriKind.Relative), content);
            response.EnsureSuccessStatusCode();
            Count++;
        }
    }
}
