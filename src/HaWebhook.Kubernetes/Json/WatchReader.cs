using System.Runtime.CompilerServices;
using System.Text.Json;

namespace HaWebhook.Kubernetes.Json;

/// <summary>Cuts the stream of a watch into events: one JSON object a line.</summary>
/// <param name="buffer">The stream as it arrives.</param>
/// <param name="fill">Waits for more bytes, as long as the caller's patience lasts.</param>
internal sealed class WatchReader(StreamBuffer buffer, Func<int, ValueTask> fill)
{
    private const byte LineBreak = (byte)'\n';

    /// <summary>The events up to the end of the stream; the last one may be an error, which no watch outlives.</summary>
    /// <exception cref="InvalidDataException">What arrived is no event.</exception>
    /// <exception cref="IOException">The stream ended in the middle of an event.</exception>
    /// <exception cref="KubernetesApiException">The server ended the watch with an ERROR event.</exception>
    public async IAsyncEnumerable<WatchEvent> ReadAsync(string request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var searched = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var end = buffer.Unread.Span[searched..].IndexOf(LineBreak);
            if (end < 0 && !buffer.IsComplete)
            {
                searched = buffer.Unread.Length;
                await fill(searched + 1);
                continue;
            }

            var line = end < 0 ? buffer.Unread : buffer.Unread[..(searched + end)];
            if (line.Span.ContainsAnyExcept(" \t\r\n"u8))
            {
                yield return Parse(line, request, isCut: end < 0);
            }

            if (end < 0)
            {
                yield break;
            }

            buffer.Consume(searched + end + 1);
            searched = 0;
        }
    }

    private static WatchEvent Parse(ReadOnlyMemory<byte> line, string request, bool isCut)
    {
        try
        {
            var (type, subject) = Split(line);
            return type switch
            {
                "ADDED" => new(WatchEventType.Added, subject),
                "MODIFIED" => new(WatchEventType.Modified, subject),
                "DELETED" => new(WatchEventType.Deleted, subject),
                "BOOKMARK" => new(WatchEventType.Bookmark, subject),
                "ERROR" => throw ApiErrors.Of(request, 500, subject.Span, null),
                _ => throw new JsonException($"'{ApiErrors.Printable(type)}' is no type of event"),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw isCut
                ? new IOException($"{request}: the stream was cut in the middle of an event", exception)
                : new InvalidDataException($"{request}: the stream holds something that is no event: {exception.Message}", exception);
        }
    }

    private static (string Type, ReadOnlyMemory<byte> Subject) Split(ReadOnlyMemory<byte> line)
    {
        var reader = new Utf8JsonReader(line.Span, WireJson.Reading);
        string? type = null;
        ReadOnlyMemory<byte> subject = default;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isSubject = reader.ValueTextEquals("object"u8);
            reader.Read();
            type = isType ? reader.GetString() : type;
            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            subject = isSubject && isObject ? line[start..(int)reader.BytesConsumed] : subject;
        }

        // Nothing may follow: two objects in a line are no event either.
        reader.Read();
        return type is null || subject.IsEmpty ? throw new JsonException("a type or an object is missing") : (type, subject);
    }
}
