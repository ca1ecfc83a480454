using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Requests;

/// <summary>
/// The little protobuf without which <c>kubectl create namespace</c> and <c>kubectl autoscale</c> of 1.32 and later would not work: their objects,
/// as JSON. The numbers are those of Kubernetes' <c>generated.proto</c> files; a field that is not listed is refused, never lost.
/// </summary>
internal static class Protobuf
{
    private static readonly byte[] _magic = "k8s\0"u8.ToArray();

    private static readonly Message _metadata = new(
        new(1, "name"), new(2, "generateName"), new(3, "namespace"), new(4, ""), new(5, ""), new(6, ""), new(7, ""), new(8, ""), new(11, "labels", Map: true),
        new(12, "annotations", Map: true));

    private static readonly Message _target = new(new(1, "kind"), new(2, "name"), new(3, "apiVersion"));

    private static readonly Message _resource = new(
        new(1, "name"), new(2, "target", Of: new(new(1, "type"), new(4, "averageUtilization"))));

    private static readonly Dictionary<string, Message> _schemas = new()
    {
        ["v1 Namespace"] = new(new(1, "metadata", Of: _metadata), new(2, ""), new(3, "")),
        ["autoscaling/v1 HorizontalPodAutoscaler"] = new(new(1, "metadata", Of: _metadata), new(2, "spec", Of: new(
            new(1, "scaleTargetRef", Of: _target), new(2, "minReplicas"), new(3, "maxReplicas"), new(4, "targetCPUUtilizationPercentage"))), new(3, "")),
        ["autoscaling/v2 HorizontalPodAutoscaler"] = new(new(1, "metadata", Of: _metadata), new(2, "spec", Of: new(
            new(1, "scaleTargetRef", Of: _target), new(2, "minReplicas"), new(3, "maxReplicas"),
            new(4, "metrics", Repeated: true, Of: new(new(1, "type"), new(4, "resource", Of: _resource))))), new(3, "")),
    };

    /// <summary>An object's body as JSON.</summary>
    /// <exception cref="ApiException">415: a kind or a field that is not listed here.</exception>
    public static JsonObject Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            if (!body.Span.StartsWith(_magic))
            {
                throw Unknown("no Kubernetes object");
            }

            // The envelope: what it is, and its bytes.
            var envelope = body[_magic.Length..];
            var (type, raw) = ("", ReadOnlyMemory<byte>.Empty);
            while (Next(ref envelope, out var number, out _, out var bytes))
            {
                if (number == 1)
                {
                    var names = ReadMessage(bytes, new(new(1, "apiVersion"), new(2, "kind")), "TypeMeta");
                    type = $"{names["apiVersion"]} {names["kind"]}";
                }
                else if (number == 2)
                {
                    raw = bytes;
                }
            }

            return _schemas.TryGetValue(type, out var schema) ? ReadMessage(raw, schema, type) : throw Unknown(type);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw ApiException.BadRequest("the body ends in the middle of a protobuf field");
        }
    }

    private static JsonObject ReadMessage(ReadOnlyMemory<byte> message, Message schema, string type)
    {
        var value = new JsonObject();
        while (Next(ref message, out var number, out var whole, out var bytes))
        {
            var field = Array.Find(schema.Fields, field => field.Number == number) ?? throw Unknown($"field {number} of {type}");
            if (field.Name.Length == 0)
            {
                // What the server decides itself, or what is always empty in a new object.
                continue;
            }

            if (field.Map)
            {
                var entry = ReadMessage(bytes, new(new(1, "key"), new(2, "value")), field.Name);
                value.ChildOrNew(field.Name)[entry.Text("key") ?? ""] = entry["value"]?.ToString() ?? "";
                continue;
            }

            JsonNode item = field.Of is not null ? ReadMessage(bytes, field.Of, field.Name)
                : whole is not null ? JsonValue.Create(whole.Value)
                : JsonValue.Create(Encoding.UTF8.GetString(bytes.Span));
            if (field.Repeated)
            {
                value.Default(field.Name, new JsonArray());
                value[field.Name]!.AsArray().Add(item);
            }
            else if (item is not JsonValue text || text.ToString().Length > 0)
            {
                value[field.Name] = item;
            }
        }

        return value;
    }

    /// <summary>Takes the next field off the front: a number, or the bytes of a text or message.</summary>
    private static bool Next(ref ReadOnlyMemory<byte> message, out int number, out long? whole, out ReadOnlyMemory<byte> bytes)
    {
        (number, whole, bytes) = (0, null, ReadOnlyMemory<byte>.Empty);
        if (message.IsEmpty)
        {
            return false;
        }

        var tag = Varint(ref message);
        number = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                whole = (long)Varint(ref message);
                break;
            case 1:
                whole = BinaryPrimitives.ReadInt64LittleEndian(message.Span);
                message = message[8..];
                break;
            case 2:
                var length = (int)Varint(ref message);
                bytes = message[..length];
                message = message[length..];
                break;
            default:
                throw Unknown($"wire type {tag & 7}");
        }

        return true;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = message[..1].Span[0];
            message = message[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                break;
            }
        }

        return value;
    }

    private static ApiException Unknown(string what) => ApiException.UnsupportedMediaType(
        $"the body of the request was in an unknown format - accepted media types include: application/json (this test server reads no protobuf of {what})");

    private sealed record Message(params Field[] Fields);

    /// <summary>A field by its number; without a name it is passed over.</summary>
    private sealed record Field(int Number, string Name, Message? Of = null, bool Repeated = false, bool Map = false);
}
