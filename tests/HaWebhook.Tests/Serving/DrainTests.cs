using System.Runtime.InteropServices;
using System.Text;
using HaWebhook.Serving;
using HaWebhook.Tests.Admission;

namespace HaWebhook.Tests.Serving;

/// <summary>A server that goes is asked to the end, and answers.</summary>
public sealed class DrainTests
{
    private static readonly byte[] _review = Encoding.UTF8.GetBytes(Reviews.Text());

    private static readonly ServingOptions _short = new()
    {
        DrainTime = TimeSpan.FromSeconds(1.5),
        QuietTime = TimeSpan.FromSeconds(0.5),
        LongestWaitForQuiet = TimeSpan.FromSeconds(10),
    };

    private static readonly ServingOptions _long = _short with { DrainTime = TimeSpan.FromHours(1) };

    /// <summary>What happens at each roll of a Deployment: the replica is told to go, and a while later the last node has heard that it is no endpoint.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_call_fails_when_one_of_two_drains_and_some_do_when_it_just_stops(bool drains)
    {
        await using var leaving = await RunningServer.StartAsync(_short);
        await using var staying = await RunningServer.StartAsync();
        using var caller = new PooledCaller(leaving, staying);
        using var stop = new CancellationTokenSource();
        var calls = caller.CallAsync(atOnce: 24, TimeSpan.FromMilliseconds(10), stop.Token);
        await UntilAsync(() => caller.Answered > 200);

        var going = drains ? leaving.DrainAsync() : leaving.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(0.7), TestContext.Current.CancellationToken);
        caller.Remove(leaving);
        await going;
        var before = caller.Answered;
        await UntilAsync(() => caller.Answered > before + 100);
        await stop.CancelAsync();
        await calls;
        if (drains)
        {
            Assert.Equal(0, caller.Failed);
        }
        else
        {
            Assert.NotEqual(0, caller.Failed);
        }
    }

    [Fact]
    public async Task A_kept_connection_is_answered_once_more_and_then_closed_and_new_ones_are_taken()
    {
        await using var server = await RunningServer.StartAsync(_long);
        using var kept = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.False((await kept.PostAsync(_review)).Closes);

        var draining = server.DrainAsync();
        var answer = await kept.PostAsync(_review);
        Assert.Equal((200, true), (answer.Status, answer.Closes));
        Assert.False(AdmissionAnswer.Parse(answer.Body).IsAllowed);
        await kept.ReadEndAsync();

        using var fresh = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.True((await fresh.PostAsync(_review)).Closes);
        await fresh.ReadEndAsync();
        Assert.False(draining.IsCompleted);
    }

    [Fact]
    public async Task A_server_that_drains_is_still_ready_and_alive()
    {
        await using var server = await RunningServer.StartAsync(_long);
        var draining = server.DrainAsync();
        using var client = new HttpClient { BaseAddress = server.Health };
        foreach (var path in new[] { "/readyz", "/livez" })
        {
            Assert.Equal("ok\n", await client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken));
        }

        Assert.False(draining.IsCompleted);
    }

    [Fact]
    public async Task Connections_that_are_not_used_any_more_are_closed_properly_in_the_end()
    {
        await using var server = await RunningServer.StartAsync(_short with { DrainTime = TimeSpan.FromSeconds(0.2) });
        using var used = await RawConnection.OpenAsync(server.Admission.Port);
        using var neverUsed = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.Equal(200, (await used.PostAsync(_review)).Status);

        var draining = server.DrainAsync();
        await used.ReadEndAsync();
        await neverUsed.ReadEndAsync();
        await draining;
        Assert.Contains("Information: SIGTERM: draining for at least 0.2 s, 2 connections are open; Ctrl-C (SIGINT) stops at once", server.Log.All);
        Assert.Contains(server.Log.All, line => line.EndsWith(" s: 0 requests were answered meanwhile", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_review_that_is_on_its_way_is_answered_before_the_server_stops()
    {
        await using var server = await RunningServer.StartAsync(_short with { DrainTime = TimeSpan.Zero, QuietTime = TimeSpan.FromSeconds(0.2) });
        using var connection = await RawConnection.OpenAsync(server.Admission.Port);
        await connection.SendAsync(RawConnection.Head(_review.Length));
        await connection.SendAsync(_review.AsMemory(0, 100));

        var draining = server.DrainAsync();
        await UntilAsync(() => server.Log.All.Any(line => line.StartsWith("Information: drained in", StringComparison.Ordinal)));
        await connection.SendAsync(_review.AsMemory(100));
        Assert.True((await connection.ReadAsync()).Closes);
        await draining;
    }

    [Fact]
    public async Task Requests_that_do_not_cease_do_not_hold_the_server_for_ever()
    {
        await using var server = await RunningServer.StartAsync(_short with { DrainTime = TimeSpan.Zero, LongestWaitForQuiet = TimeSpan.FromSeconds(1) });
        using var caller = new PooledCaller(server);
        using var stop = new CancellationTokenSource();
        var calls = caller.CallAsync(atOnce: 4, TimeSpan.FromMilliseconds(10), stop.Token);
        await UntilAsync(() => caller.Answered > 20);
        await server.DrainAsync();
        await stop.CancelAsync();
        await calls;
        Assert.Contains(server.Log.All, line => line.StartsWith("Warning: stopping after ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_asks_after_the_health_on_the_port_of_the_webhooks_does_not_hold_the_server()
    {
        await using var server = await RunningServer.StartAsync(_short with { DrainTime = TimeSpan.Zero, LongestWaitForQuiet = TimeSpan.FromHours(1) });
        using var stop = new CancellationTokenSource();
        var draining = server.DrainAsync();
        var asking = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        using var balancer = await RawConnection.OpenAsync(server.Admission.Port);
                        await balancer.SendAsync("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
                        Assert.True((await balancer.ReadAsync()).Closes);
                    }
                    catch (Exception broken) when (broken is IOException or System.Net.Sockets.SocketException)
                    {
                        // It has stopped.
                        return;
                    }
                }
            },
            CancellationToken.None);
        await draining;
        await stop.CancelAsync();
        await asking;
        Assert.Contains(server.Log.All, line => line.EndsWith(" s: 0 requests were answered meanwhile", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_who_types_control_C_waits_for_connections_that_are_idle()
    {
        await using var server = await RunningServer.StartAsync(_long);
        using var connection = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.Equal(200, (await connection.PostAsync(_review)).Status);
        await server.DrainAsync(PosixSignal.SIGINT);
        await connection.ReadEndAsync();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            await Task.Delay(10, deadline.Token);
        }
    }
}
