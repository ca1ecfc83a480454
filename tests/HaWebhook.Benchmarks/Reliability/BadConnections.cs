using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>A kind of connection that keeps a server busy without asking it anything of use.</summary>
internal enum BadConnection
{
    /// <summary>TCP, and never a byte.</summary>
    Silent,

    /// <summary>TCP, and the first bytes of a handshake.</summary>
    HalfShaken,

    /// <summary>TLS, and never a request.</summary>
    Idle,

    /// <summary>TLS, and headers that never end, a byte a second.</summary>
    SlowHeaders,

    /// <summary>TLS, and a body that never ends, a byte a second from the start.</summary>
    SlowBody,

    /// <summary>TLS, and a body of 33 to 300 KiB, of which 32 KiB and a byte come at once and then a byte a second: as many as need room in memory to be kept.</summary>
    StuckBody,

    /// <summary>The same of a body that says that it has 48 MiB.</summary>
    StuckLargeBody,

    /// <summary>TLS, one good review, and then nothing any more.</summary>
    Proven,

    /// <summary>TLS, closed after a second, and made anew.</summary>
    Passing,
}

/// <summary>
/// Holds connections that are up to no good, from when it is made until it is disposed of: each is made again as soon as the server has closed it. At most eight are
/// being made at a time, each for 20 ms: 400 in a second. A flood of handshakes is another test, and half of what they take would be this process's.
/// </summary>
internal sealed class BadConnections : IAsyncDisposable
{
    private static readonly TimeSpan _pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _openLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _connectPace = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _connecting = new(8);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _port;
    private readonly Task[] _running;
    private readonly long[] _closed = new long[Enum.GetValues<BadConnection>().Length];
    private readonly long[] _ticks = new long[Enum.GetValues<BadConnection>().Length];
    private int _open;
    private int _refused;

    /// <param name="port">The server's.</param>
    /// <param name="kinds">How many of each kind.</param>
    public BadConnections(int port, IEnumerable<(BadConnection Kind, int Count)> kinds)
    {
        _port = port;
        _running = [.. kinds.SelectMany(kind => Enumerable.Range(0, kind.Count).Select(number => (number, kind.Kind)))
            .OrderBy(one => one.number).Select(one => HoldAsync(one.Kind, one.number))];
    }

    /// <summary>How many are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>How many could not be made: the server closed them at once.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>How many the server has closed, and how long it bore them on average.</summary>
    public (long Count, TimeSpan Average) Closed
    {
        get
        {
            var count = _closed.Sum();
            return (count, count == 0 ? TimeSpan.Zero : new TimeSpan(_ticks.Sum() / count));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);

        // The last of them release it a moment later.
        await Task.Delay(2 * _connectPace);
        _connecting.Dispose();
        _stop.Dispose();
    }

    private async Task HoldAsync(BadConnection kind, int number)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient();
                await using var stream = await ConnectAsync(client, kind);
                var start = Stopwatch.GetTimestamp();
                Interlocked.Increment(ref _open);
                try
                {
                    await Task.WhenAny(DripAsync(stream, kind, number), UntilClosedAsync(stream));
                }
                finally
                {
                    Interlocked.Decrement(ref _open);
                }

                if (!_stop.IsCancellationRequested && kind != BadConnection.Passing)
                {
                    Interlocked.Increment(ref _closed[(int)kind]);
                    Interlocked.Add(ref _ticks[(int)kind], Stopwatch.GetElapsedTime(start).Ticks);
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                Interlocked.Increment(ref _refused);
                await Task.WhenAny(Task.Delay(_pace, _stop.Token));
            }
        }
    }

    private async Task<Stream> ConnectAsync(TcpClient client, BadConnection kind)
    {
        await _connecting.WaitAsync(_stop.Token);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(_openLimit);
            await client.ConnectAsync(IPAddress.Loopback, _port, limit.Token);
            if (kind is BadConnection.Silent or BadConnection.HalfShaken)
            {
                return client.GetStream();
            }

            var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = ThrowAwayCertificate.ServiceHost }, limit.Token);
            return tls;
        }
        finally
        {
            _ = Task.Delay(_connectPace).ContinueWith(_ => _connecting.Release(), TaskScheduler.Default);
        }
    }

    private async Task DripAsync(Stream stream, BadConnection kind, int number)
    {
        var (first, then) = What(kind, number);
        try
        {
            await stream.WriteAsync(first, _stop.Token);
            if (kind == BadConnection.Passing)
            {
                await Task.Delay(_pace, _stop.Token);
                return;
            }

            while (true)
            {
                await Task.Delay(then.Length > 0 ? _pace : Timeout.InfiniteTimeSpan, _stop.Token);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(then), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed, by either side.
        }
    }

    /// <summary>What is sent at once, and what each second from then on.</summary>
    private static (byte[] First, string Then) What(BadConnection kind, int number)
    {
        const int Least = 33;
        const int Most = 300;
        const int AtOnce = (32 << 10) + 1;
        const int Largest = 48 << 20;
        return kind switch
        {
            // A TLS record of 512 bytes that is announced and does not come.
            BadConnection.HalfShaken => (Encoding.Latin1.GetBytes("\u0016\u0003\u0001\u0002\u0000"), ""),
            BadConnection.SlowHeaders => (Encoding.Latin1.GetBytes("POST /validate HTTP/1.1\r\nHost: a\r\nX-Slow: "), "a"),
            BadConnection.SlowBody => (Body(1_000_000, 1), " "),

            // 37 is prime to the number of sizes: all of them come.
            BadConnection.StuckBody => (Body((Least + (number * 37 % (Most - Least + 1))) << 10, AtOnce), " "),
            BadConnection.StuckLargeBody => (Body(Largest, AtOnce), " "),
            BadConnection.Proven => (TestReview.Small[0].Request, ""),
            _ => ([], ""),
        };
    }

    private static byte[] Body(int declared, int sent)
    {
        var head = $"POST /validate?timeout=30s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {declared}\r\n\r\n";
        return Encoding.Latin1.GetBytes(head + "{".PadRight(sent));
    }

    private async Task UntilClosedAsync(Stream stream)
    {
        var buffer = new byte[256];
        try
        {
            while (await stream.ReadAsync(buffer, _stop.Token) > 0)
            {
                // An answer. Where it says so, the server closes behind it.
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed, by either side.
        }
    }
}
