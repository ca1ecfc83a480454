using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using HaWebhook.Kubernetes.Json;

namespace HaWebhook.Kubernetes;

/// <summary>Makes exceptions of refusals.</summary>
internal static class ApiErrors
{
    /// <summary>Enough for any Status; what a proxy sends instead may be a whole page.</summary>
    private const int MaximumBody = 64 * 1024;

    private const int MaximumText = 1024;

    /// <summary>Reads a refusal, whatever its body is.</summary>
    public static async Task<KubernetesApiException> ReadAsync(string request, HttpResponseMessage response, CancellationToken cancellation)
    {
        using var buffer = new StreamBuffer(await response.Content.ReadAsStreamAsync(cancellation));
        try
        {
            await buffer.FillAsync(MaximumBody, cancellation);
        }
        catch (IOException)
        {
            // The status line alone says enough.
        }

        return Of(request, (int)response.StatusCode, buffer.Unread.Span, RetryAfterOf(response.Headers));
    }

    /// <summary>The refusal that a Status, or any other body, tells.</summary>
    public static KubernetesApiException Of(string request, int code, ReadOnlySpan<byte> body, TimeSpan? retryAfter)
    {
        var status = TryRead(body);
        code = status?.Code ?? code;
        var reason = status?.Reason is { Length: > 0 } given ? given : ((HttpStatusCode)code).ToString();
        var message = status?.Message is { Length: > 0 } told ? told : Encoding.UTF8.GetString(body).Trim();
        return new(request, code, Printable(reason), Printable(message.Length == 0 ? "the server gave no reason" : message))
        {
            Details = status?.Details,
            RetryAfter = retryAfter ?? (status?.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null),
        };
    }

    /// <summary>One line without control characters, of bounded length: it ends up in logs and on terminals.</summary>
    public static string Printable(string? text)
    {
        text ??= "";
        text = text.Length > MaximumText ? text[..MaximumText] + "..." : text;
        return text.Any(char.IsControl) ? string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character)) : text;
    }

    /// <summary>Only seconds: the API server never sends a date.</summary>
    public static TimeSpan? RetryAfterOf(HttpResponseHeaders headers) => headers.RetryAfter?.Delta;

    private static Status? TryRead(ReadOnlySpan<byte> body)
    {
        try
        {
            return body.IsEmpty ? null : JsonSerializer.Deserialize(body, WireJson.Default.Status);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
