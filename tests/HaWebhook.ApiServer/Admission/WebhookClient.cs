using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace HaWebhook.ApiServer.Admission;

/// <summary>
/// Calls webhooks as the API server does: HTTP/1.1 over TLS, one pool of connections for each path, trust and kind of webhook, kept alive for 90 s;
/// an answer 429 or 5xx with a whole <c>Retry-After</c> is asked for again, up to 10 times, within the call's time.
/// </summary>
internal sealed class WebhookClient(ServiceRoutes routes, ConcurrentQueue<WebhookCall> calls) : IDisposable
{
    private const int MaximumRetries = 10;

    private readonly ConcurrentDictionary<(bool Mutating, Uri Url, string Trust), HttpMessageInvoker> _pools = [];

    /// <summary>Sends a review and reads the answer.</summary>
    /// <exception cref="WebhookFailure">No usable answer came in time.</exception>
    public async Task<WebhookAnswer> CallAsync(Webhook webhook, AdmissionRequest request, CancellationToken cancellation)
    {
        var timeout = request.Request.Deadline is { } deadline && deadline - DateTimeOffset.UtcNow < webhook.Timeout
            ? deadline - DateTimeOffset.UtcNow
            : webhook.Timeout;
        var seconds = (int)Math.Max(1, Math.Ceiling(timeout.TotalSeconds));
        var url = new Uri($"{ServiceRoutes.Url(webhook)}?timeout={seconds}s");
        var uid = Guid.NewGuid().ToString();
        var review = Encoding.UTF8.GetBytes(request.ToReview(uid).ToJsonString(Json.Options) + "\n");
        var exchange = new Exchange();
        var started = Stopwatch.GetTimestamp();
        string? failure = null;
        try
        {
            using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            budget.CancelAfter(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero);
            var body = await PostAsync(webhook, url, review, exchange, budget.Token);
            return WebhookAnswer.Read(body, uid, webhook.Mutating);
        }
        catch (WebhookFailure known)
        {
            failure = known.Message;
            throw;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            failure = $"failed to call webhook: Post \"{Shown(url)}\": context deadline exceeded";
            throw new WebhookFailure(failure) { EndsRequest = timeout < webhook.Timeout };
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException)
        {
            failure = $"failed to call webhook: Post \"{Shown(url)}\": {Problem(broken, url)}";
            throw new WebhookFailure(failure);
        }
        finally
        {
            calls.Enqueue(new(webhook.Name, url, Encoding.UTF8.GetString(review), exchange.Attempts, exchange.StatusCode, exchange.Body, failure,
                Stopwatch.GetElapsedTime(started)));
        }
    }

    public void Dispose()
    {
        foreach (var pool in _pools.Values)
        {
            pool.Dispose();
        }
    }

    private async Task<byte[]> PostAsync(Webhook webhook, Uri url, byte[] review, Exchange exchange, CancellationToken cancellation)
    {
        var pool = Pool(webhook);
        while (true)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, url)
            {
                Version = HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(review) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            };
            message.Headers.Accept.ParseAdd("application/json, */*");
            message.Headers.UserAgent.ParseAdd("kube-apiserver-admission");
            exchange.Attempts++;
            using var answer = await pool.SendAsync(message, cancellation);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
            (exchange.StatusCode, exchange.Body) = ((int)answer.StatusCode, Encoding.UTF8.GetString(body));
            if (answer.IsSuccessStatusCode)
            {
                return body;
            }

            if (exchange.Attempts > MaximumRetries || RetryAfter(answer) is not { } wait)
            {
                throw new WebhookFailure($"failed to call webhook: {Meaning((int)answer.StatusCode, exchange.Body)}");
            }

            await Task.Delay(wait, cancellation);
        }
    }

    private HttpMessageInvoker Pool(Webhook webhook)
    {
        var url = ServiceRoutes.Url(webhook);
        var trust = webhook.Settings.Child("clientConfig").Text("caBundle") ?? "";
        return _pools.GetOrAdd((webhook.Mutating, url, trust), key =>
        {
            var roots = ServiceRoutes.Roots(key.Trust);
            return new(new SocketsHttpHandler
            {
                AutomaticDecompression = DecompressionMethods.GZip,
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
                ConnectTimeout = TimeSpan.FromSeconds(30),
                UseProxy = false,
                SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = roots },
                ConnectCallback = async (context, cancellation) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    try
                    {
                        var (host, port) = routes.Address(key.Url);
                        await socket.ConnectAsync(host, port, cancellation);
                        return new NetworkStream(socket, ownsSocket: true);
                    }
                    catch
                    {
                        socket.Dispose();
                        throw;
                    }
                },
            });
        });
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage answer)
        => ((int)answer.StatusCode == 429 || (int)answer.StatusCode >= 500)
            && answer.Headers.TryGetValues("Retry-After", out var values)
            && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : null;

    private static string Meaning(int code, string body) => code switch
    {
        400 => "the server rejected our request for an unknown reason",
        404 => "the server could not find the requested resource",
        429 => "the server has received too many requests and has asked us to try again later",
        503 => "the server is currently unable to handle the request",
        >= 500 => $"an error on the server (\"{body.Trim()}\") has prevented the request from succeeding",
        _ => $"the server responded with the status code {code} but did not return more information",
    };

    private static string Problem(Exception broken, Uri url)
    {
        for (var inner = broken; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return $"dial tcp {url.Host}:{url.Port}: connect: connection refused";
                case SocketException { SocketErrorCode: SocketError.ConnectionReset }:
                    return "read: connection reset by peer";
                case System.Security.Authentication.AuthenticationException:
                    return $"tls: failed to verify certificate: {inner.Message}";
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return "EOF";
            }
        }

        return broken.Message;
    }

    // Go shows the port of a Service always, also 443.
    private static string Shown(Uri url) => url.IsDefaultPort && url.Host.EndsWith(".svc", StringComparison.Ordinal)
        ? $"{url.Scheme}://{url.Host}:{url.Port}{url.PathAndQuery}"
        : url.ToString();

    private sealed class Exchange
    {
        public int Attempts { get; set; }

        public int? StatusCode { get; set; }

        public string? Body { get; set; }
    }
}
