using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer;

/// <summary>What is read from and written into JSON objects, in one place.</summary>
internal static class Json
{
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Metadata(this JsonObject value)
    {
        if (value["metadata"] is not JsonObject metadata)
        {
            value["metadata"] = metadata = [];
        }

        return metadata;
    }

    /// <summary>A string field; null where it is absent, empty or something else.</summary>
    public static string? Text(this JsonObject? value, string name)
        => value?[name] is JsonValue text && text.TryGetValue<string>(out var result) && result.Length > 0 ? result : null;

    public static long? Number(this JsonObject? value, string name) => Whole(value?[name]);

    /// <summary>A whole number, however it came to be: parsed or written by us. Null for anything else.</summary>
    public static long? Whole(JsonNode? node)
        => node?.GetValueKind() == JsonValueKind.Number && long.TryParse(node.ToJsonString(), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static JsonObject? Child(this JsonObject? value, string name) => value?[name] as JsonObject;

    public static IEnumerable<JsonObject> Items(this JsonObject? value, string name)
        => (value?[name] as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>The texts of a list; empty where it is absent.</summary>
    public static string[] Texts(this JsonObject? value, string name)
        => value?[name] is JsonArray list ? [.. list.Select(item => item?.ToString() ?? "")] : [];

    public static Dictionary<string, string> Labels(this JsonObject? metadata)
        => metadata.Child("labels")?.ToDictionary(label => label.Key, label => label.Value?.ToString() ?? "") ?? [];

    /// <summary>Writes a field where there is none.</summary>
    public static void Default(this JsonObject value, string name, JsonNode? otherwise)
    {
        if (!value.ContainsKey(name))
        {
            value[name] = otherwise;
        }
    }

    /// <summary>The child object of that name, made where there is none.</summary>
    public static JsonObject ChildOrNew(this JsonObject value, string name)
    {
        if (value[name] is not JsonObject child)
        {
            value[name] = child = [];
        }

        return child;
    }

    /// <summary>Follows a path of names; null where it ends early.</summary>
    public static JsonNode? At(this JsonObject? value, params ReadOnlySpan<string> path)
    {
        JsonNode? node = value;
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }
}
