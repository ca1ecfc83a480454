using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.Kubernetes.Tests.Requests;

/// <summary>How often and how long a client asks a server that is busy, slow or silent.</summary>
public sealed class PatienceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(429, 3)]
    [InlineData(503, 3)]
    [InlineData(404, 1)]
    public async Task ABusyServer_IsAskedAgain(int code, int requests)
    {
        var left = 2;
        await using var server = await TestApiServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "0";
            return Interlocked.Decrement(ref left) >= 0 ? Refuse(context, code) : Recording.Read("23").ReplayAsync(context);
        });
        using var client = server.Client();

        var exception = await Record.ExceptionAsync(() => client.GetAsync(Kinds.Deployments, "demo", "d1", Cancellation));

        Assert.Equal(requests, server.Requests.Count);
        Assert.Equal(requests > 1, exception is null);
    }

    [Theory]
    [InlineData(429, 5)]
    [InlineData(503, 1)]
    public async Task AWrite_IsOnlyRepeatedWhereNothingWasWritten(int code, int requests)
    {
        await using var server = await TestApiServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "0";
            return Refuse(context, code);
        });
        using var client = server.Client();

        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => client.CreateAsync(Kinds.Leases, "demo", "{}"u8.ToArray(), Cancellation));

        Assert.Equal(code, exception.Code);
        Assert.Equal(TimeSpan.Zero, exception.RetryAfter);
        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public async Task ALongRetryAfter_IsTheCallersBusiness()
    {
        await using var server = await TestApiServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "11";
            return Refuse(context, 429);
        });
        using var client = server.Client();

        var exception = await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetVersionAsync(Cancellation));

        Assert.Equal(TimeSpan.FromSeconds(11), exception.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RetryAfter_IsWaitedFor()
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answers = new ConcurrentQueue<int>([429]);
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            if (answers.TryDequeue(out var code))
            {
                context.Response.Headers.RetryAfter = "2";
                await Refuse(context, code);
                refused.SetResult();
                return;
            }

            await Recording.Read("01").ReplayAsync(context);
        });
        var clock = new ManualClock();
        using var client = server.Client(clock: clock);

        var asking = client.GetVersionAsync(Cancellation);
        await refused.Task;
        while (!asking.IsCompleted)
        {
            Assert.True(server.Requests.Count == 1 || clock.GetUtcNow().Second >= 2);
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, Cancellation);
        }

        Assert.Equal(36, (await asking).Minor);
    }

    [Fact]
    public async Task AnAnswerThatDoesNotCome_EndsInAClearError()
    {
        await using var server = await TestApiServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = server.Client(new() { RequestTimeout = TimeSpan.FromMilliseconds(100) });

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => client.GetVersionAsync(Cancellation));

        Assert.Equal($"cannot get /version: {server.Address.GetLeftPart(UriPartial.Authority)} did not answer within 0.1 s", exception.Message);
    }

    [Fact]
    public async Task AServerThatShakesNoHands_EndsInAClearError()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var connection = new KubernetesConnection("test", () => new() { Host = $"https://{silent.LocalEndpoint}" });
        using var client = new KubernetesClient(connection, TimeProvider.System, new() { ConnectTimeout = TimeSpan.FromMilliseconds(100) });

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetVersionAsync(Cancellation));

        Assert.Equal($"cannot get /version: https://{silent.LocalEndpoint} cannot be reached: no connection within 0.1 s", exception.Message);
    }

    [Fact]
    public async Task ABodyThatStops_EndsInAClearError()
    {
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{\"items\": [", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var client = server.Client(new() { RequestTimeout = TimeSpan.FromMilliseconds(200) });

        await Assert.ThrowsAsync<TimeoutException>(() => client.ListAsync(Kinds.Deployments, null, item => item.Length, Cancellation));
    }

    [Fact]
    public async Task ACallersCancellation_IsNoTimeout()
    {
        await using var server = await TestApiServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = server.Client();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetVersionAsync(cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.WatchAsync(Kinds.Deployments, null, new(), cancel.Token))
            {
            }
        });
    }

    private static Task Refuse(HttpContext context, int code) => new Recording(code, "application/json", "{}").ReplayAsync(context);
}
