using HaWebhook.Kubernetes.Caching;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.Kubernetes.Tests.Caching;

/// <summary>A cache at work, with its server.</summary>
internal sealed class RunningCache : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly KubernetesClient _client;
    private readonly Task _running;

    private RunningCache(TestApiServer server, KubernetesClient client, WatchCache<Widget> cache)
    {
        Server = server;
        _client = client;
        Cache = cache;
        _running = cache.RunAsync(_stop.Token);
    }

    public TestApiServer Server { get; }

    public WatchCache<Widget> Cache { get; }

    public static async Task<RunningCache> StartAsync(Func<HttpContext, Task> answer, Func<KubernetesClient, WatchCache<Widget>> create)
    {
        var server = await TestApiServer.StartAsync(answer);
        var client = server.Client();
        return new RunningCache(server, client, create(client));
    }

    /// <summary>Waits until the cache says so of itself.</summary>
    public async Task<WatchCacheStatus> Until(Func<WatchCacheStatus, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            var status = Cache.Status;
            if (condition(status))
            {
                return status;
            }

            Assert.False(limit.IsCancellationRequested, $"still {status}");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _client.Dispose();
        await Server.DisposeAsync();
        _stop.Dispose();
    }
}
