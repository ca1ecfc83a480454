using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace HaWebhook.Kubernetes.Connection;

/// <summary>Sends requests: signs them, counts them, sends them again where the server asks for it, and makes exceptions of refusals.</summary>
internal sealed class ApiTransport : IDisposable
{
    private readonly KubernetesConnection _connection;
    private readonly KubernetesClientOptions _options;
    private readonly MeasuringHandler _measuring;
    private readonly k8s.Kubernetes _api;
    private readonly Turns? _turns;

    public ApiTransport(KubernetesConnection connection, KubernetesClientOptions options, KubernetesMetrics metrics, TimeProvider clock)
    {
        (_connection, _options, Clock) = (connection, options, clock);
        _measuring = new MeasuringHandler(metrics, clock);
        _turns = options.Rest is { } rest ? new(rest, clock) : null;
        _api = ApiConnections.Open(connection, options, _measuring);
    }

    public TimeProvider Clock { get; }

    public DateTimeOffset? ServerTime => _measuring.ServerTime;

    private string ServerName => _connection.Server.GetLeftPart(UriPartial.Authority);

    /// <summary>Sends a request and gives what <paramref name="read"/> makes of the answer.</summary>
    /// <exception cref="KubernetesApiException">The server refused it.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    /// <exception cref="TimeoutException">The answer takes too long.</exception>
    public async Task<T> SendAsync<T>(ApiRequest request, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using var turn = _turns is null ? null : await _turns.TakeAsync(cancellation);
        using var patience = new Patience(_options.RequestTimeout, Clock, cancellation);
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
        using var patience = new Patience(_options.RequestTimeout, Clock, cancellation);
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
        _api.Dispose();
        _turns?.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(ApiRequest request, Patience patience, CancellationToken cancellation)
    {
        for (var retries = 0; ; retries++)
        {
            var response = await SendOnceAsync(request, patience.Token);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                var error = await ApiErrors.ReadAsync(request.ToString(), response, patience.Token);
                if (retries >= _options.MaximumRetries || Wait(request, response) is not { } wait || wait > _options.MaximumRetryAfter)
                {
                    throw error;
                }

                // The wait is the server's wish and does not count against its time to answer.
                patience.Pause();
                await Task.Delay(wait, Clock, cancellation);
                patience.Resume();
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, CancellationToken cancellation)
    {
        using var message = Message(request);
        await _api.Credentials.ProcessHttpRequestAsync(message, cancellation);
        try
        {
            return await _api.HttpClient.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
        {
            // .NET lets the socket's own exception through where a connection is reset right after its handshake.
            var why = ApiErrors.Printable(exception.GetBaseException().Message);
            throw new HttpRequestException((exception as HttpRequestException)?.HttpRequestError ?? HttpRequestError.ConnectionError, $"cannot {request}: {ServerName} cannot be reached: {why}", exception);
        }
    }

    private HttpRequestMessage Message(ApiRequest request)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(_connection.Server, request.Address)) { Version = HttpVersion.Version11 };
        MeasuringHandler.Label(message, request);
        message.Headers.Accept.Add(new("application/json"));

        // The name in the handshake, and the one that the certificate is checked against, follow this header.
        message.Headers.Host = _connection.Identity.Configuration.TlsServerName;
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
        new($"cannot {request}: {ServerName} did not answer within {_options.RequestTimeout.TotalSeconds:0.###} s");
}
