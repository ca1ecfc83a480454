using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Storage;

namespace HaWebhook.ApiServer.Requests;

/// <summary>Lists: in pages, by selector, of now or of an earlier resourceVersion.</summary>
internal sealed class Reads(ObjectStore store)
{
    /// <summary>The list's bytes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="metadataOnly">Whether only metadata is asked for.</param>
    public byte[] List(ApiRequest request, bool metadataOnly)
    {
        var token = request.Query["continue"].FirstOrDefault();
        var (at, start) = string.IsNullOrEmpty(token) ? (Exact(request), null) : Read(token);
        if (at > store.Version)
        {
            throw TooLarge(at.Value);
        }

        if (at < store.Oldest)
        {
            throw Gone(token);
        }

        var (all, version) = store.List(request.Kind, at);
        var selects = Selectors.Of(request);
        var matching = all.Where(stored => selects(stored) && (start is null || string.CompareOrdinal(stored.Key, start) > 0)).ToList();
        var page = request.Number("limit") is > 0 and var limit && limit < matching.Count ? matching[..(int)limit] : matching;
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        if (page.Count < matching.Count)
        {
            metadata["continue"] = Token(version, page[^1].Key);
            // With a selector the real server does not know how many are left.
            if (string.IsNullOrEmpty(request.Query["labelSelector"]) && string.IsNullOrEmpty(request.Query["fieldSelector"]))
            {
                metadata["remainingItemCount"] = matching.Count - page.Count;
            }
        }

        return Write(request, metadataOnly, metadata, page);
    }

    public static ApiException TooLarge(long version)
        => new(504, "Timeout", $"Timeout: Too large resource version: {version}, current: behind", new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        });

    private static byte[] Write(ApiRequest request, bool metadataOnly, JsonObject metadata, List<StoredObject> page)
    {
        var buffer = new MemoryStream();
        using var writer = new Utf8JsonWriter(buffer, new() { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("kind", metadataOnly ? "PartialObjectMetadataList" : request.Kind.Kind + "List");
        writer.WriteString("apiVersion", metadataOnly ? "meta.k8s.io/v1" : request.Kind.ApiVersion);
        writer.WritePropertyName("metadata");
        writer.WriteRawValue(metadata.ToJsonString());
        writer.WriteStartArray("items");
        foreach (var stored in page)
        {
            writer.WriteRawValue(metadataOnly ? stored.MetadataOnly() : stored.Item(request.Kind), skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.ToArray();
    }

    private static long? Exact(ApiRequest request) => request.Query["resourceVersionMatch"] == "Exact" ? request.Number("resourceVersion") : null;

    private ApiException Gone(string? token)
    {
        if (token is null)
        {
            return ApiException.Expired("The resourceVersion for the provided list is too old.");
        }

        // A client may go on with the token in this answer, at the price of a list that never was.
        var (_, start) = Read(token);
        return new(410, "Expired", "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
            + "the continue parameter, or use the continue token in this response to retrieve the remainder of the results.")
        {
            Continue = Token(store.Version, start!),
        };
    }

    private static string Token(long version, string lastKey)
        => Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"v":"meta.k8s.io/v1","rv":{{version}},"start":"/{{lastKey}}\u0000"}"""))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static (long? Version, string? Start) Read(string token)
    {
        try
        {
            var text = token.Replace('-', '+').Replace('_', '/');
            var value = JsonNode.Parse(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')))!.AsObject();
            return (value["rv"]!.GetValue<long>(), value["start"]!.GetValue<string>().TrimStart('/').TrimEnd('\0'));
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException or NullReferenceException)
        {
            throw ApiException.BadRequest($"continue key is not valid: {malformed.Message}");
        }
    }
}
