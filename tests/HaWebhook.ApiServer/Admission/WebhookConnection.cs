using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.ApiServer.Admission;

/// <summary>
/// One TLS connection to a webhook, over which one request after the other goes. It is as unforgiving as the connections of Go's HTTP client: a request
/// of which a byte was written is never sent again, whatever becomes of the connection.
/// </summary>
internal sealed class WebhookConnection : IDisposable
{
    /// <summary>What TLS puts into one record; the first is written by itself, to know whether anything was.</summary>
    private const int FirstWrite = 16 << 10;

    /// <summary>How long a connection waits for the rest of its request to be written after the answer came, before it is given up (net/http).</summary>
    private static readonly TimeSpan _lateWrite = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan _handshakeLimit = TimeSpan.FromSeconds(10);

    private readonly SslStream _stream;
    private readonly WebhookInput _input;

    private WebhookConnection(SslStream stream)
    {
        _stream = stream;
        _input = new(stream);
    }

    /// <summary>Whether it was put aside before: then a request that could not even be begun may take another one.</summary>
    public bool IsReused { get; private set; }

    /// <summary>When it was last put aside.</summary>
    public DateTimeOffset IdleSince { get; private set; }

    /// <summary>Whether it may be used again: the server has neither closed it nor sent what nobody asked for.</summary>
    public bool IsUsable => !_input.IsUnsolicited;

    /// <summary>Connects, with a handshake of its own: TLS sessions are not resumed.</summary>
    public static async Task<WebhookConnection> OpenAsync(string host, int port, string serverName, WebhookTrust trust, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        string? problem = null;
        try
        {
            await socket.ConnectAsync(host, port, cancellation);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(_handshakeLimit);
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = serverName,
                    RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                        (problem = trust.Problem((X509Certificate2)certificate!, chain!.ChainPolicy.ExtraStore, serverName)) is null,
                    ApplicationProtocols = [SslApplicationProtocol.Http11],
                    AllowTlsResume = false,
                },
                limit.Token);
            return new(stream);
        }
        catch (AuthenticationException exception) when (problem is not null)
        {
            socket.Dispose();
            throw new AuthenticationException(problem, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <returns>Null where the connection had ended before anything of the request was written: another one may take it.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<WebhookResponse?> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        if (!IsUsable)
        {
            return null;
        }

        // Whoever stops waiting loses the connection, and with it whatever is still under way.
        using var abort = cancellation.Register(Dispose);
        try
        {
            try
            {
                await _stream.WriteAsync(request[..Math.Min(FirstWrite, request.Length)], cancellation);
            }
            catch (IOException) when (IsReused)
            {
                return null;
            }

            var answer = WebhookResponse.ReadAsync(_input);
            var rest = RestAsync(request, cancellation);

            // An answer may come before the request has been sent whole; a request that cannot be sent fails at once.
            if (await Task.WhenAny(answer, rest) == rest)
            {
                await rest;
            }

            var response = await answer;
            if (!rest.IsCompleted)
            {
                await Task.WhenAny(rest, Task.Delay(_lateWrite, cancellation));
            }

            return rest.IsCompletedSuccessfully ? response : response with { KeepsAlive = false };
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Puts it aside until the next request.</summary>
    /// <returns>Done when it is of no more use.</returns>
    public Task Rest(DateTimeOffset now)
    {
        (IsReused, IdleSince) = (true, now);
        return _input.Listen();
    }

    public void Dispose() => _stream.Dispose();

    private async Task RestAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        if (request.Length > FirstWrite)
        {
            await _stream.WriteAsync(request[FirstWrite..], cancellation);
        }
    }
}
