using System.Globalization;
using System.Text;

namespace HaWebhook.Tests.Serving;

/// <summary>An answer over HTTP/1.1.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers, by lower-case name.</param>
/// <param name="Body">The body.</param>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Whether the server closes the connection after it.</summary>
    public bool Closes => Headers.GetValueOrDefault("connection") == "close";

    /// <summary>After how many seconds to ask again; null where that is not said.</summary>
    public string? RetryAfter => Headers.GetValueOrDefault("retry-after");

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Reads an answer; null where there is more of it to come.</summary>
    public static RawAnswer? TryParse(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var lines = Encoding.ASCII.GetString(bytes[..end]).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0].ToLowerInvariant(), parts => parts[1]);
        var length = int.Parse(headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture);
        var body = bytes[(end + 4)..];
        return body.Length < length ? null : new(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, body[..length].ToArray());
    }
}
