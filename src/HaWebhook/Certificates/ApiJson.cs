using System.Text.Json;
using System.Text.Json.Nodes;

namespace HaWebhook.Certificates;

/// <summary>Objects of the API server as JSON that can be looked at and changed.</summary>
internal static class ApiJson
{
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = 512 };

    /// <exception cref="InvalidDataException">It is no object.</exception>
    public static JsonObject Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            return JsonNode.Parse(answer.Span, documentOptions: _options) as JsonObject ?? throw new InvalidDataException("the API server answered with no object");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"the API server's answer makes no sense: {exception.Message}", exception);
        }
    }

    /// <summary>A text inside; null where it is not there, or no text.</summary>
    public static string? Text(this JsonNode? parent, string name) =>
        parent is JsonObject map && map[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
