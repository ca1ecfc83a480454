using HaWebhook.Kubernetes.Caching;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaWebhook.Kubernetes.Tests.Caching;

/// <summary>Whatever a server does, in the end the cache holds what the server holds, and the sink was told each change once and in order.</summary>
public sealed class ConvergenceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task AServerThatCutsStallsForgetsAndTalksRubbish_IsFollowedAllTheSame(int seed)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var random = new Random(seed);
        var kind = new FakeKind(new Random(seed + 1000)) { IsMisbehaving = true };
        await using var server = await TestApiServer.StartAsync(kind.AnswerAsync);
        using var client = server.Client();
        var sink = new CheckingSink();
        var cache = new WatchCache<Widget>(client, FakeKind.Widgets, Widget.Read, NullLogger<WatchCache<Widget>>.Instance, sink, new()
        {
            PageSize = 7,
            Silence = TimeSpan.FromMilliseconds(150),
            MinimumBackoff = TimeSpan.FromMilliseconds(1),
            MaximumBackoff = TimeSpan.FromMilliseconds(10),
            NotServedInterval = TimeSpan.FromMilliseconds(10),
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = cache.RunAsync(stop.Token);

        for (var i = 0; i < 1000; i++)
        {
            var name = new string((char)('a' + random.Next(26)), 1 + random.Next(3));
            Action happen = random.Next(20) switch
            {
                0 => kind.Forget,
                < 6 => () => kind.Delete(name),
                _ => () => kind.Put(name),
            };
            happen();
            if (random.Next(4) == 0)
            {
                // Lets the cache catch up at times: otherwise it would see the end alone.
                await Task.Delay(1, cancellation);
            }
        }

        kind.IsMisbehaving = false;
        kind.Put("the-end");
        await sink.Until("added the-end").WaitAsync(TimeSpan.FromSeconds(20), cancellation);

        Assert.Empty(sink.Errors);
        Assert.Equal(Sorted(kind.Objects), Sorted(sink.Known));
        Assert.Equal(Sorted(kind.Objects), Sorted(cache.All.Select(entry => entry.Value)));
        Assert.All(kind.Objects, widget => Assert.Equal(widget, cache.Find($"n{widget.Name.Length % 3}", widget.Name)));
        Assert.Equal((true, true, kind.Objects.Count), (cache.Status.IsSynced, cache.Status.IsServed, cache.Status.Count));

        // It was no idle test: the cache lived through the trouble.
        Assert.True(server.Requests.Count > 50, $"only {server.Requests.Count} requests");
        Assert.True(sink.Changes.Count > 200, $"only {sink.Changes.Count} changes");
        await stop.CancelAsync();
        await running;
    }

    private static IEnumerable<Widget> Sorted(IEnumerable<Widget> widgets) => widgets.OrderBy(widget => widget.Name, StringComparer.Ordinal);
}
