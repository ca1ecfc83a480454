using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace HaWebhook.Tests.Serving;

/// <summary>One TLS connection to the webhooks, byte by byte: for what no HTTP client does.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly SslStream _tls;

    private RawConnection(Socket socket, SslStream tls) => (_socket, _tls) = (socket, tls);

    /// <summary>Whether the server has closed it, or said something that nobody has asked for.</summary>
    public bool IsClosedByServer => _socket.Poll(0, SelectMode.SelectRead);

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, TestContext.Current.CancellationToken);
            return new(socket, tls);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose() => _tls.Dispose();

    public async Task SendAsync(string text) => await _tls.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _tls.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>What comes before the bytes of a review.</summary>
    /// <param name="length">How many bytes are promised.</param>
    /// <param name="query">The query, with its question mark.</param>
    /// <param name="path">The path.</param>
    public static string Head(int length, string query = "?timeout=10s", string path = "/validate") => string.Create(
        CultureInfo.InvariantCulture,
        $"POST {path}{query} HTTP/1.1\r\nHost: ha-webhook.ha-webhook.svc:443\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");

    /// <summary>Sends a review and reads the answer.</summary>
    public async Task<RawAnswer> PostAsync(ReadOnlyMemory<byte> review, string query = "?timeout=10s", string path = "/validate")
    {
        await SendAsync(Head(review.Length, query, path));
        await SendAsync(review);
        return await ReadAsync();
    }

    /// <summary>Reads one answer.</summary>
    /// <exception cref="IOException">The connection ended before.</exception>
    public async Task<RawAnswer> ReadAsync()
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16 << 10];
        while (true)
        {
            if (RawAnswer.TryParse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)) is { } answer)
            {
                return answer;
            }

            var read = await _tls.ReadAsync(chunk, TestContext.Current.CancellationToken);
            if (read == 0)
            {
                throw new IOException($"the connection ended after {buffer.Length} bytes of an answer");
            }

            buffer.Write(chunk, 0, read);
        }
    }

    /// <summary>Waits for the server to close it properly, with TLS's own farewell.</summary>
    public async Task ReadEndAsync() => Assert.Equal(0, await _tls.ReadAsync(new byte[1], TestContext.Current.CancellationToken));
}
