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

    /// <summary>503 with <c>Retry-After: 1</c>: the API server would ask again in a second.</summary>
    Refused,

    /// <summary>Nothing of use: the failure policy would decide.</summary>
    Failed,
}

/// <summary>One connection of an API server to a webhook, opened when it is needed, and again where the webhook closed it. One review at a time.</summary>
internal sealed class ReviewConnection(ServerProcess server, ThrowAwayCertificate certificate) : IDisposable
{
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

    /// <summary>Sends a review.</summary>
    /// <returns>What became of it, and for failures why.</returns>
    public async Task<(Outcome Outcome, string Why)> SendAsync(TestReview review)
    {
        using var timeout = new CancellationTokenSource(TestReview.Timeout);
        try
        {
            while (true)
            {
                await OpenAsync(timeout.Token);
                var answer = await _connection!.ExchangeAsync(review.Request, timeout.Token);
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
        catch (Exception broken) when (broken is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            Dispose();
            return (Outcome.Failed, broken is OperationCanceledException ? "no answer in time" : broken.GetBaseException().Message);
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private static (Outcome Outcome, string Why) Judge(TestReview review, WebhookResponse answer) => answer.StatusCode switch
    {
        200 => review.IsRight(answer.Body) is { } right ? (right ? Outcome.Right : Outcome.Wrong, "") : (Outcome.Failed, "200 without a verdict"),
        503 when answer.RetryAfter == TimeSpan.FromSeconds(1) => (Outcome.Refused, ""),
        _ => (Outcome.Failed, $"{answer.StatusCode}, Retry-After: {answer.Headers.GetValueOrDefault("Retry-After", "none")}"),
    };
}
