using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>A kind of connection that keeps a server busy without asking it anything.</summary>
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

    /// <summary>TLS, and a body that never ends, a byte a second.</summary>
    SlowBody,
}

/// <summary>Holds thousands of connections that are up to no good, each made again as soon as the server has closed it, from when it is made until it is disposed of.</summary>
internal sealed class BadConnections : IAsyncDisposable
{
    private static readonly TimeSpan _pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _openLimit = TimeSpan.FromSeconds(30);

    // At most eight at a time, each for so long: 400 in a second. A flood of handshakes is another test, and half of what they take would be this process's.
    private static readonly TimeSpan _connectPace = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _connecting = new(8);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _port;
    private readonly Task[] _running;
    private readonly long[] _closed = new long[Enum.GetValues<BadConnection>().Length];
    private readonly long[] _ticks = new long[Enum.GetValues<BadConnection>().Length];
    private int _open;
    private int _refused;

    public BadConnections(int port, int count)
    {
        _port = port;
        _running = [.. Enumerable.Range(0, count).Select(number => HoldAsync((BadConnection)(number % _closed.Length)))];
    }

    /// <summary>How many are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>How many could not be made: the server closed them at once.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>How many of a kind the server has closed, and how long it bore them on average.</summary>
    public (long Count, TimeSpan Average) Closed(BadConnection kind)
    {
        var count = Interlocked.Read(ref _closed[(int)kind]);
        return (count, count == 0 ? TimeSpan.Zero : new TimeSpan(Interlocked.Read(ref _ticks[(int)kind]) / count));
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

    private async Task HoldAsync(BadConnection kind)
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
                    await Task.WhenAny(DripAsync(stream, kind), UntilClosedAsync(stream));
                }
                finally
                {
                    Interlocked.Decrement(ref _open);
                }

                if (!_stop.IsCancellationRequested)
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

    private async Task DripAsync(Stream stream, BadConnection kind)
    {
        var (first, then) = kind switch
        {
            // A TLS record of 512 bytes that is announced and does not come.
            BadConnection.HalfShaken => ("\u0016\u0003\u0001\u0002\u0000", ""),
            BadConnection.SlowHeaders => ("POST /validate HTTP/1.1\r\nHost: a\r\nX-Slow: ", "a"),
            BadConnection.SlowBody => ("POST /validate?timeout=30s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{", " "),
            _ => ("", ""),
        };
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(first), _stop.Token);
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

    private async Task UntilClosedAsync(Stream stream)
    {
        var buffer = new byte[256];
        try
        {
            while (await stream.ReadAsync(buffer, _stop.Token) > 0)
            {
                // An answer: the server closes behind it.
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed, by either side.
        }
    }
}
