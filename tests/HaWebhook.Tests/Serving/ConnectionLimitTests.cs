using System.Net;
using System.Net.Sockets;
using System.Text;
using HaWebhook.Kubernetes.Tests;
using HaWebhook.Serving;
using HaWebhook.Tests.Admission;
using HaWebhook.Tests.Cluster;

namespace HaWebhook.Tests.Serving;

/// <summary>Connections that are opened and not used, by the hundred: the API server must get in, and its own must stay.</summary>
public sealed class ConnectionLimitTests
{
    private static readonly byte[] _review = Encoding.UTF8.GetBytes(Reviews.Text());

    [Fact]
    public async Task Thousands_of_connections_that_say_nothing_keep_nobody_out()
    {
        var most = new ServingOptions().MaxConnections;
        await using var server = await RunningServer.StartAsync();
        using var known = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.Equal(200, (await known.PostAsync(_review)).Status);
        var silent = new List<Socket>();
        try
        {
            for (var i = 0; i < most + 200; i++)
            {
                silent.Add(await ConnectAsync(server.Admission.Port));
            }

            await server.UntilAsync(serving => serving.Connections.Count >= most - 24);
            Assert.Equal(200, (await known.PostAsync(_review)).Status);
            for (var i = 0; i < 20; i++)
            {
                using var fresh = await RawConnection.OpenAsync(server.Admission.Port);
                Assert.Equal(200, (await fresh.PostAsync(_review)).Status);
            }

            Assert.InRange(server.Connections.Count, most - 24, most + 20);
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Of_connections_that_have_asked_the_one_that_was_not_used_for_longest_goes()
    {
        await using var server = await RunningServer.StartAsync(new ServingOptions { MaxConnections = 3 });
        var connections = new List<RawConnection>();
        for (var i = 0; i < 3; i++)
        {
            connections.Add(await AskedAsync(server));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        // The first is used once more, so that the second is next.
        Assert.Equal(200, (await connections[0].PostAsync(_review)).Status);
        connections.Add(await AskedAsync(server));
        await connections[1].ReadEndAsync();
        foreach (var kept in new[] { 0, 2, 3 })
        {
            Assert.Equal(200, (await connections[kept].PostAsync(_review)).Status);
        }

        connections.ForEach(connection => connection.Dispose());
    }

    /// <summary>Idle connections that were answered once, beside a stream of new ones: it is the idle ones that make room.</summary>
    [Fact]
    public async Task A_new_connection_has_its_chance_though_all_others_have_asked_and_more_come()
    {
        var clock = new ManualClock();
        await using var server = await RunningServer.StartAsync(new ServingOptions { MaxConnections = 8 }, clock);
        var idle = new List<RawConnection>();
        for (var i = 0; i < 8; i++)
        {
            idle.Add(await AskedAsync(server));
            clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        clock.Advance(TimeSpan.FromSeconds(3));
        using var fresh = await RawConnection.OpenAsync(server.Admission.Port);
        var stream = new List<RawConnection>();
        for (var i = 0; i < 6; i++)
        {
            stream.Add(await RawConnection.OpenAsync(server.Admission.Port));
        }

        Assert.Equal(200, (await fresh.PostAsync(_review)).Status);
        for (var i = 0; i < 7; i++)
        {
            await idle[i].ReadEndAsync();
        }

        Assert.Equal(200, (await idle[7].PostAsync(_review)).Status);
        idle.ForEach(connection => connection.Dispose());
        stream.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task What_is_used_all_the_time_stays_when_many_come_at_once()
    {
        var clock = new ManualClock();
        await using var server = await RunningServer.StartAsync(new ServingOptions { MaxConnections = 8 }, clock);
        using var used = await AskedAsync(server);
        var stream = new List<RawConnection>();
        for (var i = 0; i < 20; i++)
        {
            stream.Add(await RawConnection.OpenAsync(server.Admission.Port));
        }

        Assert.Equal(200, (await used.PostAsync(_review)).Status);
        stream.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task Who_was_never_answered_with_a_verdict_goes_before_those_who_were()
    {
        var clock = new ManualClock();
        await using var server = await RunningServer.StartAsync(new ServingOptions { MaxConnections = 2 }, clock);
        using var asked = await AskedAsync(server);
        using var other = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.Equal(400, (await other.PostAsync("{}"u8.ToArray())).Status);
        clock.Advance(TimeSpan.FromSeconds(3));

        using var third = await AskedAsync(server);
        await Assert.ThrowsAnyAsync<IOException>(() => other.PostAsync(_review));
        Assert.Equal(200, (await asked.PostAsync(_review)).Status);
        Assert.Equal(200, (await third.PostAsync(_review)).Status);
    }

    [Fact]
    public async Task The_self_check_counts_as_a_review()
    {
        const string review = """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1","resource":{"group":"coordination.k8s.io","version":"v1","resource":"leases"},"object":{}}}""";
        await using var cluster = await LivingCluster.StartAsync(options: new ServingOptions { SelfCheck = true, Namespace = "platform", MaxConnections = 2 });
        using var checking = await RawConnection.OpenAsync(cluster.Webhook.Admission.Port);
        var answer = await checking.PostAsync(Encoding.UTF8.GetBytes(review), path: "/self-check");
        Assert.True(answer.Status == 200, answer.Text);

        // Its chance is over, and it is closed in time and not broken off.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        using var second = await AskedAsync(cluster.Webhook);
        using var third = await AskedAsync(cluster.Webhook);
        await checking.ReadEndAsync();
    }

    [Fact]
    public async Task Bodies_that_trickle_by_the_hundred_do_not_touch_the_others()
    {
        await using var server = await RunningServer.StartAsync();
        var slow = new List<RawConnection>();
        for (var i = 0; i < 200; i++)
        {
            var connection = await RawConnection.OpenAsync(server.Admission.Port);
            slow.Add(connection);
            await connection.SendAsync(RawConnection.Head(200 << 10, "?timeout=30s"));
            await connection.SendAsync(new byte[40 << 10]);
        }

        using var review = await RawConnection.OpenAsync(server.Admission.Port);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await review.PostAsync(_review)).Status);
        }

        // Nobody who sends such a body lets it go: the server does.
        foreach (var connection in slow)
        {
            var refused = await connection.ReadAsync();
            Assert.Equal((503, "1", true), (refused.Status, refused.RetryAfter, refused.Closes));
        }

        await server.UntilAsync(serving => serving.Limits.Bytes.Taken + serving.Limits.Small.Taken == 0);
        var padded = Encoding.UTF8.GetBytes(Reviews.Text(metadata: $$"""{"name":"web","managedFields":["{{new string('<', 100 << 10)}}"]}"""));
        Assert.Equal(200, (await review.PostAsync(padded)).Status);
        slow.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task The_health_port_reads_no_body_and_lets_go_of_those_who_say_nothing()
    {
        await using var server = await RunningServer.StartAsync();
        using var scraper = new HttpClient { BaseAddress = server.Health };
        Assert.Equal("ok\n", await scraper.GetStringAsync(new Uri("/livez", UriKind.Relative), TestContext.Current.CancellationToken));
        var silent = new List<Socket>();
        for (var i = 0; i < 2000; i++)
        {
            silent.Add(await ConnectAsync(server.Health.Port));
        }

        for (var i = 0; i < 20; i++)
        {
            // A kubelet opens a connection for each probe.
            using var kubelet = new HttpClient { BaseAddress = server.Health };
            Assert.Equal("ok\n", await kubelet.GetStringAsync(new Uri("/livez", UriKind.Relative), TestContext.Current.CancellationToken));
        }

        using var socket = await ConnectAsync(server.Health.Port);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        // The answer, and then the end: the rest of the body is not waited for.
        Assert.StartsWith("HTTP/1.1 ", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        silent.ForEach(each => each.Dispose());
    }

    private static async Task<RawConnection> AskedAsync(RunningServer server)
    {
        var connection = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.Equal(200, (await connection.PostAsync(_review)).Status);

        // A connection is known for what it is after its answer; the next request on it comes after that.
        Assert.Equal(200, (await connection.PostAsync(_review)).Status);
        return connection;
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return socket;
    }
}
