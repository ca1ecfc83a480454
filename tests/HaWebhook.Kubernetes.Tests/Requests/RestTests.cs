using Microsoft.AspNetCore.Http;

namespace HaWebhook.Kubernetes.Tests.Requests;

/// <summary>A client that rests after each request.</summary>
public sealed class RestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OneRequestIsSentAtATime_AndTheNextAfterARest()
    {
        var clock = new ManualClock();
        var (underWay, most) = (0, 0);
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            most = Math.Max(most, Interlocked.Increment(ref underWay));
            await Task.Yield();
            Interlocked.Decrement(ref underWay);
            await context.Response.WriteAsync("{}", Cancellation);
        });
        using var client = server.Client(new() { Rest = TimeSpan.FromSeconds(10) }, clock);

        await client.GetAsync(Kinds.Deployments, "shop", "first", Cancellation);
        Task[] others = [.. Enumerable.Range(2, 3).Select(number => client.GetAsync(Kinds.Deployments, "shop", $"app-{number}", Cancellation))];
        Assert.All(others, other => Assert.False(other.IsCompleted));
        Assert.Single(server.Requests);

        for (var sent = 2; sent <= 4; sent++)
        {
            await AdvanceUntilAsync(clock, () => server.Requests.Count == sent);
            Assert.InRange(others.Count(other => other.IsCompleted), sent - 2, sent - 1);
        }

        await Task.WhenAll(others);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task WhoeverWaitsForItsTurn_MayGiveUp_AndTheNextIsSent()
    {
        var clock = new ManualClock();
        await using var server = await TestApiServer.StartAsync(context => context.Response.WriteAsync("{}", Cancellation));
        using var client = server.Client(new() { Rest = TimeSpan.FromSeconds(10) }, clock);
        await client.GetAsync(Kinds.Deployments, "shop", "first", Cancellation);

        using var patience = new CancellationTokenSource();
        var second = client.GetAsync(Kinds.Deployments, "shop", "second", patience.Token);
        var third = client.GetAsync(Kinds.Deployments, "shop", "third", Cancellation);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        await AdvanceUntilAsync(clock, () => third.IsCompleted);
        await third;
        Assert.Equal(2, server.Requests.Count);
    }

    /// <summary>A second at a time: a rest is ten of them, so that one request at most comes of each step.</summary>
    private static async Task AdvanceUntilAsync(ManualClock clock, Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 2000, "it does not come");
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Cancellation);
        }
    }
}
