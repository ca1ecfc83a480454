using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace HaWebhook.Demo;

/// <summary>What a webhook answered.</summary>
internal sealed record WebhookAnswer(bool IsAllowed, string Message, IReadOnlyList<string> Warnings, byte[] Patch, TimeSpan Took);

/// <summary>Calls the webhooks as an API server does: over TLS, trusting the server's certificate and no other, on connections that are kept.</summary>
internal sealed class ApiServerStandIn : IDisposable
{
    private readonly HttpClient _client;

    public ApiServerStandIn(Uri server, X509Certificate2 trusted)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(trusted);
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = trust;
        _client = new HttpClient(handler) { BaseAddress = server };
    }

    /// <summary>Sends a review and checks that the answer is one to it.</summary>
    /// <exception cref="HttpRequestException">The webhook did not answer as it must.</exception>
    public async Task<WebhookAnswer> CallAsync(string path, string uid, byte[] review, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(review);
        content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        var started = Stopwatch.GetTimestamp();
        using var response = await _client.PostAsync(new Uri(path + "?timeout=10s", UriKind.Relative), content, cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        var took = Stopwatch.GetElapsedTime(started);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{path} answered {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body).TrimEnd()}");
        }

        using var document = JsonDocument.Parse(body);
        var answer = document.RootElement.GetProperty("response");
        if (answer.GetProperty("uid").GetString() != uid)
        {
            throw new HttpRequestException($"{path} answered another review than the one it was sent");
        }

        return new(
            answer.GetProperty("allowed").GetBoolean(),
            answer.TryGetProperty("status", out var status) ? status.GetProperty("message").GetString()! : "",
            answer.TryGetProperty("warnings", out var warnings) ? [.. warnings.EnumerateArray().Select(warning => warning.GetString()!)] : [],
            answer.TryGetProperty("patch", out var patch) ? patch.GetBytesFromBase64() : [],
            took);
    }

    public void Dispose() => _client.Dispose();
}
