using System.Text.Json;

namespace HaWebhook.Policy.Manifests;

/// <summary>Writes JSON values as YAML in blocks, as people write it.</summary>
public static class BlockYaml
{
    /// <summary>The lines of one key with its value, without line breaks.</summary>
    /// <param name="name">The key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="style">The indentation below the key.</param>
    public static IEnumerable<string> Lines(string name, JsonElement value, BlockStyle style)
    {
        var key = FlowYaml.Scalar(name);
        if (IsInline(value))
        {
            return [$"{key}: {Inline(value)}"];
        }

        var indent = new string(' ', value.ValueKind == JsonValueKind.Array ? style.Dash : style.Mapping);
        return Lines(value, style).Select(line => indent + line).Prepend(key + ":");
    }

    private static IEnumerable<string> Lines(JsonElement value, BlockStyle style)
    {
        if (IsInline(value))
        {
            return [Inline(value)];
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.EnumerateObject().SelectMany(member => Lines(member.Name, member.Value, style));
        }

        var dash = "-".PadRight(style.Item);
        var indent = new string(' ', style.Item);
        return value.EnumerateArray().SelectMany(item => Lines(item, style).Select((line, index) => (index == 0 ? dash : indent) + line));
    }

    private static bool IsInline(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => true,
    };

    private static string Inline(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? FlowYaml.Scalar(value.GetString()!) : value.GetRawText();
}
