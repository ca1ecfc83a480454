using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HaWebhook.Policy.Manifests;

/// <summary>Writes manifests as the JSON that kubectl sends to the API server.</summary>
public static class ManifestJson
{
    /// <summary>Writes a node as compact UTF-8 JSON, in the order of the file.</summary>
    /// <param name="node">The node to write.</param>
    /// <returns>The bytes, without a byte order mark.</returns>
    public static byte[] ToJson(ManifestNode node) => ToJson(node, null);

    /// <summary>The same, and puts down the line of each value and key, in the order in which they are written.</summary>
    internal static byte[] ToJson(ManifestNode node, List<int>? lines)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer, node, lines);
        }

        return bytes.WrittenSpan.ToArray();
    }

    // The reader bounds the depth.
    private static void Write(Utf8JsonWriter writer, ManifestNode node, List<int>? lines)
    {
        lines?.Add(node.Line);
        switch (node)
        {
            case MappingNode mapping:
                writer.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    lines?.Add(entry.Line);
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value, lines);
                }

                writer.WriteEndObject();
                break;
            case SequenceNode sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    Write(writer, item, lines);
                }

                writer.WriteEndArray();
                break;
            case ScalarNode { Kind: ScalarKind.String } text:
                writer.WriteStringValue(text.Text);
                break;
            case ScalarNode literal:
                writer.WriteRawValue(literal.Json, skipInputValidation: true);
                break;
            default:
                break;
        }
    }
}
