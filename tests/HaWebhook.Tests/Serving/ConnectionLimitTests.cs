using System.Net;
using System.Net.Sockets;
using System.Text;
using HaWebhook.Serving;
using HaWebhook.Tests.Admission;

namespace HaWebhook.Tests.Serving;

/// <summary>Connections that are opened and not used, by the hundred: the API server must get in, and its own must stay.</summary>
public sealed class ConnectionLimitTests
{
    private static readonly byte[] _review = Encoding.UTF8.GetBytes(Reviews.Text());

    [Fact]
    public async Task A_thousand_connections_that_say_nothing_keep_nobody_out()
    {
        await using var server = await RunningServer.StartAsync();
        using var known = await RawConnection.OpenAsync(server.Admission.Port);
        Assert.Equal(200, (await known.PostAsync(_review)).Status);
        var silent = new List<Socket>();
        try
        {
            for (var i = 0; i < 1200; i++)
            {
                silent.Add(await ConnectAsync(server.Admission.Port));
            }

            await server.UntilAsync(serving => serving.Connections.Count >= 1000);
            Assert.Equal(200, (await known.PostAsync(_review)).Status);
            for (var i = 0; i < 20; i++)
            {
                using var fresh = await RawConnection.OpenAsync(server.Admission.Port);
                Assert.Equal(200, (await fresh.PostAsync(_review)).Status);
            }

            Assert.InRange(server.Connections.Count, 1000, 1024 + 20);
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

        // More of them than there is room for small ones; the rest has taken its share of the room for large ones.
        await server.UntilAsync(serving => serving.Limits.Small.Taken == serving.Limits.Small.Capacity && serving.Limits.Bytes.Taken > 0);
        using var review = await RawConnection.OpenAsync(server.Admission.Port);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await review.PostAsync(_review)).Status);
        }

        var padded = Encoding.UTF8.GetBytes(Reviews.Text(metadata: $$"""{"name":"web","managedFields":["{{new string('<', 100 << 10)}}"]}"""));
        Assert.Equal(200, (await review.PostAsync(padded)).Status);
        slow.ForEach(connection => connection.Dispose());
        await server.UntilAsync(serving => serving.Limits.Small.Taken == 0 && serving.Limits.Bytes.Taken == 0);
    }

    [Fact]
    public async Task The_health_port_reads_no_body_and_lets_go_of_those_who_say_nothing()
    {
        await using var server = await RunningServer.StartAsync();
        var silent = new List<Socket>();
        for (var i = 0; i < 100; i++)
        {
            silent.Add(await ConnectAsync(server.Health.Port));
        }

        using var client = new HttpClient { BaseAddress = server.Health };
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri("/livez", UriKind.Relative), TestContext.Current.CancellationToken));

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
        return connection;
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return socket;
    }
}
