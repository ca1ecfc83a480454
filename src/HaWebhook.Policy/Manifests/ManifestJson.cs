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
    public static byte[] ToJson(ManifestNode node)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer, node);
        }

        return bytes.WrittenSpan.ToArray();
    }

    // The reader bounds the depth.
    private static void Write(Utf8JsonWriter writer, ManifestNode node)
    {
        switch (node)
        {
            case MappingNode mapping:
                writer.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case SequenceNode sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                {
                    Write(writer, item);
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
