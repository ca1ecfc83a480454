using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Admission;

/// <summary>JSON patches (RFC 6902) as far as this project writes them: the operation <c>add</c> on members of objects.</summary>
internal static class JsonPatch
{
    private static readonly JsonDocumentOptions _deep = new() { MaxDepth = 10_064 };

    /// <summary>The changes as a patch, in UTF-8.</summary>
    public static byte[] Write(IEnumerable<Change> changes)
    {
        using var buffer = new PooledBuffer(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var change in changes)
            {
                json.WriteStartObject();
                json.WriteString("op"u8, "add"u8);
                json.WriteString("path"u8, change.Path);
                json.WritePropertyName("value"u8);
                json.WriteRawValue(change.Value.Span, skipInputValidation: true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return buffer.Written.ToArray();
    }

    /// <summary>Applies a patch as the API server would.</summary>
    /// <param name="document">The object, in UTF-8.</param>
    /// <param name="patch">The patch, in UTF-8.</param>
    /// <returns>The object as the patch leaves it, in UTF-8.</returns>
    /// <exception cref="InvalidOperationException">The patch does not apply.</exception>
    public static byte[] Apply(ReadOnlyMemory<byte> document, ReadOnlyMemory<byte> patch)
    {
        var root = Parse(document);
        foreach (var operation in Parse(patch).AsArray())
        {
            if ((string?)operation?["op"] != "add" || (string?)operation["path"] is not ['/', ..] path)
            {
                throw new InvalidOperationException("only the operation add below the root is supported");
            }

            Add(root, path[1..].Split('/'), operation["value"]?.DeepClone());
        }

        var buffer = new ArrayBufferWriter<byte>(document.Length);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = _deep.MaxDepth }))
        {
            root.WriteTo(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a document as deep as admission sees them.</summary>
    public static JsonNode Parse(ReadOnlyMemory<byte> json) =>
        JsonNode.Parse(json.Span, documentOptions: _deep) ?? throw new InvalidOperationException("null cannot be patched");

    /// <summary>A step of a JSON pointer as the key that it means.</summary>
    public static string Unescape(string step) => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static void Add(JsonNode root, string[] steps, JsonNode? value)
    {
        var parent = root;
        foreach (var step in steps.AsSpan(0, steps.Length - 1))
        {
            parent = (parent is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)] : parent[Unescape(step)])
                ?? throw new InvalidOperationException($"there is nothing at {step} of /{string.Join('/', steps)}");
        }

        if (parent is not JsonObject holder)
        {
            throw new InvalidOperationException($"/{string.Join('/', steps)} is not the member of an object");
        }

        holder[Unescape(steps[^1])] = value;
    }
}
