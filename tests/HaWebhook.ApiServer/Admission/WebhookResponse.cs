using System.Globalization;
using System.IO.Compression;

namespace HaWebhook.ApiServer.Admission;

/// <summary>An HTTP answer, read whole.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="Headers">The headers; of several of a name the last.</param>
/// <param name="Body">The body, decompressed.</param>
/// <param name="KeepsAlive">Whether the server will take another request on the same connection.</param>
internal sealed record WebhookResponse(int StatusCode, IReadOnlyDictionary<string, string> Headers, byte[] Body, bool KeepsAlive)
{
    /// <summary>Whether the answer is a decision.</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>How long the server wants to be left alone before it is asked again; null where it says nothing that counts.</summary>
    public TimeSpan? RetryAfter => StatusCode is 429 or >= 500
        && Headers.TryGetValue("Retry-After", out var value) && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>Reads an answer.</summary>
    /// <exception cref="IOException">The connection broke, or what came is no HTTP.</exception>
    public static async Task<WebhookResponse> ReadAsync(WebhookInput input)
    {
        while (true)
        {
            var status = await input.LineAsync();
            if (status.Split(' ', 3) is not [['H', 'T', 'T', 'P', '/', '1', '.', var minor], { Length: 3 } code, ..]
                || !int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var statusCode))
            {
                throw new IOException($"malformed HTTP response \"{status}\"");
            }

            var headers = await HeadersAsync(input);

            // 100 Continue and its like are not the answer yet.
            if (statusCode is >= 100 and < 200)
            {
                continue;
            }

            var connection = headers.GetValueOrDefault("Connection", "");
            var (body, ended) = await BodyAsync(input, headers, statusCode);
            if (headers.GetValueOrDefault("Content-Encoding") == "gzip")
            {
                body = Decompress(body);
            }

            return new(statusCode, headers, body, minor == '1' && !ended && !connection.Contains("close", StringComparison.OrdinalIgnoreCase));
        }
    }

    private static async Task<Dictionary<string, string>> HeadersAsync(WebhookInput input)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await input.LineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw new IOException($"malformed MIME header line: {line}");
            }

            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return headers;
    }

    private static async Task<(byte[] Body, bool EndedByClose)> BodyAsync(WebhookInput input, Dictionary<string, string> headers, int statusCode)
    {
        if (statusCode is 204 or 304)
        {
            return ([], false);
        }

        if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
        {
            return (await ChunksAsync(input), false);
        }

        return headers.TryGetValue("Content-Length", out var length)
            ? (await input.BytesAsync(int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture)), false)
            : (await input.RestAsync(), true);
    }

    private static async Task<byte[]> ChunksAsync(WebhookInput input)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var size = int.Parse((await input.LineAsync()).Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                await HeadersAsync(input);
                return body.ToArray();
            }

            body.Write(await input.BytesAsync(size));
            await input.LineAsync();
        }
    }

    private static byte[] Decompress(byte[] body)
    {
        using var zipped = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        zipped.CopyTo(plain);
        return plain.ToArray();
    }
}
