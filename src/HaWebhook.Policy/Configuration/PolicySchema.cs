using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HaWebhook.Policy.Configuration;

/// <summary>The policy file as a JSON Schema, for editors and for checks that know nothing of HaWebhook.</summary>
public static class PolicySchema
{
    /// <summary>The draft that editors' YAML support reads in full (yaml-language-server: "JSON Schema 7 and below").</summary>
    private const string Draft = "http://json-schema.org/draft-07/schema#";

    private static readonly JsonWriterOptions _layout = new()
    {
        Indented = true,
        NewLine = "\n",

        // It is read by people, and never put into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the schema.</summary>
    /// <returns>Its text, which ends in a line feed. It says of one document all that the reader does, but that a kind may be given once only.</returns>
    public static string Write()
    {
        var schema = new JsonObject
        {
            ["$schema"] = Draft,
            ["title"] = "HaWebhook policy",
            ["description"] = "The policy file of HaWebhook. A key that is left out, or null, has its default.",
        };
        PolicyKeys.File.Describe(schema);
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, _layout))
        {
            schema.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan) + "\n";
    }
}
