using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>Writes the values of changes as Kubernetes spells them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(Probe))]
[JsonSerializable(typeof(IReadOnlyList<TopologySpreadConstraint>))]
internal sealed partial class PatchJson : JsonSerializerContext
{
    private static readonly JsonWriterOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// A probe on one line, to be pasted: what is only escaped because JSON may stand in HTML, such as <c>&amp;</c> and <c>+</c>, stays as it is.
    /// </summary>
    public static string Readable(Probe probe)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, _readable))
        {
            JsonSerializer.Serialize(json, probe, Default.Probe);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
