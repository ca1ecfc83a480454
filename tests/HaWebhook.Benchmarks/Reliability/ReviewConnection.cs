using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using HaWebhook.ApiServer.Admission;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>What became of a review.</summary>
internal enum Outcome
{
    /// <summary>The right verdict.</summary>
    Right,

    /// <summary>The wrong verdict.</summary>
    Wrong,

    /// <summary>503 with <c>Retry-After: 1</c> and <c>Connection: close</c>: the API server asks again in a second, while the call has time.</summary>
    Refused,

    /// <summary>Sent again so late that the call's time ended before the answer: the webhook is told the whole time each time.</summary>
    OutOfTime,

    /// <summary>Taken, and no answer within the time that it was told.</summary>
    Unanswered,

    /// <summary>Something else: the failure policy would decide.</summary>
    Failed,
}

/// <summary>What became of a call: of a review, sent as often as it was refused and the call had time.</summary>
/// <param name="Outcome">What became of it in the end.</param>
/// <param name="Why">Why it failed.</param>
/// <param name="Refusals">How often it was refused.</param>
/// <param name="Took">How long all of it took.</param>
/// <param name="LastTook">How long the last time took that it was sent.</param>
internal readonly record struct ReviewCall(Outcome Outcome, string Why, int Refusals, TimeSpan Took, TimeSpan LastTook);

/// <summary>One connection of an API server to a webhook, opened when it is needed, and again where the webhook closed it. One review at a time.</summary>
internal sealed class ReviewConnection(ServerProcess server, ThrowAwayCertificate certificate) : IDisposable
{
    /// <summary>client-go, rest/request.go: maxRetries.</summary>
    private const int MostRetries = 10;

    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    private readonly WebhookTrust _trust = WebhookTrust.Read(Convert.ToBase64String(Encoding.ASCII.GetBytes(File.ReadAllText(certificate.CertificateFile))));
    private WebhookConnection? _connection;

    /// <summary>Connects, if it is not connected.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            _connection = await WebhookConnection.OpenAsync("127.0.0.1", server.Address.Port, ThrowAwayCertificate.ServiceHost, _trust, cancellationToken);
            _ = _connection.Rest(DateTimeOffset.UtcNow);
        }
    }

    /// <summary>Sends a review, and again where it is refused, as client-go does: the same bytes, after the time that the answer names, while the call has time.</summary>
    /// <param name="review">The review.</param>
    /// <param name="refused">Is told of each refusal, as it comes.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    public async Task<ReviewCall> CallAsync(TestReview review, Action refused, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(review.Timeout);
        var start = Stopwatch.GetTimestamp();
        for (var refusals = 0; ;)
        {
            var sent = Stopwatch.GetTimestamp();
            var (outcome, why) = await SendAsync(review, time.Token);
            var took = Stopwatch.GetElapsedTime(sent);
            cancellationToken.ThrowIfCancellationRequested();
            if (outcome == Outcome.Refused)
            {
                refused();
            }

            if (outcome == Outcome.Refused && ++refusals <= MostRetries)
            {
                await Task.Delay(_retryAfter, time.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                if (!time.IsCancellationRequested)
                {
                    continue;
                }
            }

            outcome = outcome == Outcome.Unanswered && refusals > 0 ? Outcome.OutOfTime : outcome;
            return new(outcome, why, refusals, Stopwatch.GetElapsedTime(start), took);
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private async Task<(Outcome Outcome, string Why)> SendAsync(TestReview review, CancellationToken time)
    {
        try
        {
            while (true)
            {
                await OpenAsync(time);
                var answer = await _connection!.ExchangeAsync(review.Request, time);
                if (answer is { KeepsAlive: true })
                {
                    _ = _connection.Rest(DateTimeOffset.UtcNow);
                }
                else
                {
                    Dispose();
                }

                if (answer is not null)
                {
                    return Judge(review, answer);
                }
            }
        }
        catch (Exception broken) when (broken is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            Dispose();
            return time.IsCancellationRequested ? (Outcome.Unanswered, "") : (Outcome.Failed, broken.GetBaseException().Message);
        }
    }

    private static (Outcome Outcome, string Why) Judge(TestReview review, WebhookResponse answer)
    {
        var (retryAfter, connection) = (answer.Headers.GetValueOrDefault("Retry-After", "none"), answer.Headers.GetValueOrDefault("Connection", "none"));
        return (answer.StatusCode, retryAfter, connection) switch
        {
            (200, _, _) => review.IsRight(answer.Body) is { } right ? (right ? Outcome.Right : Outcome.Wrong, "") : (Outcome.Failed, "200 without a verdict"),
            (503, "1", "close") => (Outcome.Refused, ""),
            _ => (Outcome.Failed, $"{answer.StatusCode}, Retry-After: {retryAfter}, Connection: {connection}"),
        };
    }
}
