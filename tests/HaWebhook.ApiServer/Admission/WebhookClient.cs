using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace HaWebhook.ApiServer.Admission;

/// <summary>
/// Calls webhooks as the API server does: HTTP/1.1 over TLS, one pool of connections for each path, trust and kind of webhook; an answer 429 or 5xx with a
/// whole <c>Retry-After</c> is asked for again, up to 10 times, within the call's time. A connection that breaks is not: .NET's own client would try some
/// requests again that Go's does not.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    private const int MaximumRetries = 10;

    private static readonly TimeSpan _idleCheck = TimeSpan.FromSeconds(1);

    private readonly ServiceRoutes _routes;
    private readonly ConcurrentDictionary<(bool Mutating, Uri Url, string Trust), WebhookConnections> _pools = [];
    private readonly Action<WebhookCall> _called;
    private readonly Timer _closing;

    /// <param name="routes">Where Services are.</param>
    /// <param name="called">Is told of each call when it is over.</param>
    public WebhookClient(ServiceRoutes routes, Action<WebhookCall> called)
    {
        (_routes, _called) = (routes, called);
        _closing = new(_ => CloseIdle(), null, _idleCheck, _idleCheck);
    }

    /// <summary>How many connections wait for a request.</summary>
    public int IdleConnections => _pools.Values.Sum(pool => pool.Idle);

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
        catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException or AuthenticationException
            or FormatException or OverflowException or InvalidDataException)
        {
            failure = $"failed to call webhook: Post \"{Shown(url)}\": {Problem(broken, url)}";
            throw new WebhookFailure(failure);
        }
        finally
        {
            _called(new(webhook.Name, url, Encoding.UTF8.GetString(review), exchange.Attempts, exchange.StatusCode, exchange.Body, failure,
                Stopwatch.GetElapsedTime(started)));
        }
    }

    public void Dispose()
    {
        _closing.Dispose();
        foreach (var pool in _pools.Values)
        {
            pool.Dispose();
        }
    }

    private async Task<byte[]> PostAsync(Webhook webhook, Uri url, byte[] review, Exchange exchange, CancellationToken cancellation)
    {
        var pool = Pool(webhook);
        byte[] request = [.. Encoding.ASCII.GetBytes(Head(url, review.Length)), .. review];
        while (true)
        {
            exchange.Attempts++;
            var answer = await pool.SendAsync(request, cancellation);
            (exchange.StatusCode, exchange.Body) = (answer.StatusCode, Encoding.UTF8.GetString(answer.Body));
            if (answer.IsSuccess)
            {
                return answer.Body;
            }

            if (exchange.Attempts > MaximumRetries || answer.RetryAfter is not { } wait)
            {
                throw new WebhookFailure($"failed to call webhook: {Meaning(answer.StatusCode, exchange.Body)}");
            }

            await Task.Delay(wait, cancellation);
        }
    }

    private static string Head(Uri url, int length) =>
        $"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {Host(url)}\r\nUser-Agent: kube-apiserver-admission\r\nContent-Length: {length}\r\n"
        + "Accept: application/json, */*\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n";

    private WebhookConnections Pool(Webhook webhook)
    {
        var trust = webhook.Settings.Child("clientConfig").Text("caBundle") ?? "";
        return _pools.GetOrAdd((webhook.Mutating, ServiceRoutes.Url(webhook), trust), key =>
        {
            var trusted = WebhookTrust.Read(key.Trust);
            return new(
                cancellation =>
                {
                    var (host, port) = _routes.Address(key.Url);
                    return WebhookConnection.OpenAsync(host, port, key.Url.Host, trusted, cancellation);
                },
                TimeProvider.System);
        });
    }

    private void CloseIdle()
    {
        foreach (var pool in _pools.Values)
        {
            pool.CloseIdle();
        }
    }

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
                case SocketException { SocketErrorCode: SocketError.Shutdown }:
                    return "write: broken pipe";
                case AuthenticationException:
                    return $"tls: failed to verify certificate: {inner.Message}";
                case EndOfStreamException:
                    return "EOF";
            }
        }

        return broken.Message;
    }

    private static string Shown(Uri url) => $"{url.Scheme}://{Host(url)}{url.PathAndQuery}";

    // Of a Service the port is given always, also 443.
    private static string Host(Uri url) => url.IsDefaultPort && !url.Host.EndsWith(".svc", StringComparison.Ordinal) ? url.Host : $"{url.Host}:{url.Port}";

    private sealed class Exchange
    {
        public int Attempts { get; set; }

        public int? StatusCode { get; set; }

        public string? Body { get; set; }
    }
}
