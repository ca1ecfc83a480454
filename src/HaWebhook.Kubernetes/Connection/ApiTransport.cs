using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using HaWebhook.Kubernetes.Credentials;

namespace HaWebhook.Kubernetes.Connection;

/// <summary>Sends requests: signs them, counts them, sends them again where the server asks for it, and makes exceptions of refusals.</summary>
internal sealed class ApiTransport(
    KubernetesConnection connection, KubernetesClientOptions options, KubernetesMetrics metrics, TimeProvider clock) : IDisposable
{
    private readonly ApiConnections _connections = new(connection, options);
    private volatile Dated? _dated;
    private readonly Turns? _turns = options.Rest is { } rest ? new(rest, clock) : null;

    public TimeProvider Clock => clock;

    public DateTimeOffset? ServerTime => _dated is { } dated ? dated.Date + clock.GetElapsedTime(dated.At) : null;

    private string ServerName => connection.Server.GetLeftPart(UriPartial.Authority);

    /// <summary>Sends a request and gives what <paramref name="read"/> makes of the answer.</summary>
    /// <exception cref="KubernetesApiException">The server refused it.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    /// <exception cref="TimeoutException">The answer takes too long.</exception>
    public async Task<T> SendAsync<T>(ApiRequest request, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using var turn = _turns is null ? null : await _turns.TakeAsync(cancellation);
        using var patience = new Patience(options.RequestTimeout, clock, cancellation);
        try
        {
            using var response = await SendAsync(request, patience, cancellation);
            WarningTexts.Tell(response, request.Warned);
            return await read(await response.Content.ReadAsStreamAsync(patience.Token), patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsOver)
        {
            throw TooLong(request);
        }
    }

    /// <summary>Sends a request whose answer has no end. The caller reads and disposes of it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellation)
    {
        using var patience = new Patience(options.RequestTimeout, clock, cancellation);
        try
        {
            return await SendAsync(request, patience, cancellation);
        }
        catch (OperationCanceledException) when (patience.IsOver)
        {
            throw TooLong(request);
        }
    }

    public void Dispose()
    {
        _connections.Dispose();
        _turns?.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(ApiRequest request, Patience patience, CancellationToken cancellation)
    {
        var isSecondTry = false;
        for (var retries = 0; ; retries++)
        {
            var known = await connection.Identity.GetAsync(patience.Token);
            var response = await SendOnceAsync(request, known, patience.Token);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized && !isSecondTry)
                {
                    // A token or certificate that has just expired: ask for another one, once.
                    isSecondTry = true;
                    await connection.Identity.RefuseAsync(known, patience.Token);
                    continue;
                }

                var error = await ApiErrors.ReadAsync(request.ToString(), response, patience.Token);
                if (retries >= options.MaximumRetries || Wait(request, response) is not { } wait || wait > options.MaximumRetryAfter)
                {
                    throw error;
                }

                // The wait is the server's wish and does not count against its time to answer.
                patience.Pause();
                await Task.Delay(wait, clock, cancellation);
                patience.Resume();
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, Known known, CancellationToken cancellation)
    {
        using var message = Message(request);
        var sender = _connections.Get(known);
        await known.SignAsync(sender, message, cancellation);
        var started = clock.GetTimestamp();
        var code = "error";
        try
        {
            var response = await sender.HttpClient.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            if (response.Headers.Date is { } date)
            {
                _dated = new(date, clock.GetTimestamp());
            }

            return response;
        }
        catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException && !cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError,
                $"cannot {request}: {ServerName} cannot be reached: no connection within {options.ConnectTimeout.TotalSeconds:0.###} s",
                exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
        {
            // .NET lets the socket's own exception through where a connection is reset right after its handshake.
            var error = (exception as HttpRequestException)?.HttpRequestError ?? HttpRequestError.ConnectionError;
            if (error == HttpRequestError.SecureConnectionError || exception.GetBaseException() is AuthenticationException || known.Certificate is not null)
            {
                // The authorities may have changed; or our certificate, which a server may refuse in many ways.
                connection.Identity.Doubt(known);
            }

            var why = ApiErrors.Printable(exception.GetBaseException().Message);
            throw new HttpRequestException(error, $"cannot {request}: {ServerName} cannot be reached: {why}", exception);
        }
        finally
        {
            metrics.Requested(request.Verb, request.ResourceName, code, clock.GetElapsedTime(started));
        }
    }

    private HttpRequestMessage Message(ApiRequest request)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(connection.Server, request.Address)) { Version = HttpVersion.Version11 };
        message.Headers.Accept.Add(new("application/json"));

        // The name in the handshake, and the one that the certificate is checked against, follow this header.
        message.Headers.Host = connection.TlsServerName;
        foreach (var (name, value) in connection.Impersonation?.Headers() ?? [])
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (request.ContentType is { } type)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        }

        return message;
    }

    /// <summary>
    /// How long the server wants to be left alone: always with 429, which it sends before it does anything. A failure with Retry-After
    /// may come after something was written, so only reading is done again.
    /// </summary>
    private static TimeSpan? Wait(ApiRequest request, HttpResponseMessage response)
    {
        return response.StatusCode == HttpStatusCode.TooManyRequests || ((int)response.StatusCode >= 500 && request.Method == HttpMethod.Get)
            ? ApiErrors.RetryAfterOf(response.Headers)
            : null;
    }

    private TimeoutException TooLong(ApiRequest request) =>
        new($"cannot {request}: {ServerName} did not answer within {options.RequestTimeout.TotalSeconds:0.###} s");

    /// <param name="Date">What time it was by the server.</param>
    /// <param name="At">When it said so, by our clock that never jumps.</param>
    private sealed record Dated(DateTimeOffset Date, long At);
}
