using System.Buffers;
using System.Text.Json;

namespace HaWebhook.Policy.Json;

/// <summary>
/// The text of an object without what nothing is judged by: <c>metadata.managedFields</c> and <c>status</c>, mostly the larger part, and
/// <c>metadata.resourceVersion</c>. So it stays the same to the byte when somebody only writes a status.
/// </summary>
public static class ObjectText
{
    /// <summary>Writes the object anew; what stays in it stays byte for byte, but for the names of fields, which may be escaped differently.</summary>
    /// <param name="json">The object in UTF-8.</param>
    /// <exception cref="MalformedJsonException">The text is not JSON, or no object.</exception>
    public static byte[] Of(ReadOnlyMemory<byte> json)
    {
        var text = new ArrayBufferWriter<byte>(Math.Max(json.Length, 1));
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { SkipValidation = true }))
        {
            var cursor = new JsonCursor(json);
            cursor.Begin();
            Copy(ref cursor, writer, isMetadata: false);
            cursor.End();
        }

        return text.WrittenSpan.ToArray();
    }

    private static void Copy(ref JsonCursor json, Utf8JsonWriter writer, bool isMetadata)
    {
        if (!json.BeginObject())
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        while (json.NextProperty())
        {
            if (isMetadata ? json.NameEquals("managedFields"u8) || json.NameEquals("resourceVersion"u8) : json.NameEquals("status"u8))
            {
                json.Skip();
                continue;
            }

            writer.WritePropertyName(json.Name());
            if (!isMetadata && json.NameEquals("metadata"u8))
            {
                Copy(ref json, writer, isMetadata: true);
            }
            else
            {
                writer.WriteRawValue(json.Skip().Span, skipInputValidation: true);
            }
        }

        writer.WriteEndObject();
    }
}
