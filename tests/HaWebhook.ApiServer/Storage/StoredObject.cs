using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;

namespace HaWebhook.ApiServer.Storage;

/// <summary>An object as it is stored: its bytes, which never change, and what is looked for in it.</summary>
internal sealed class StoredObject
{
    // Without kind and apiVersion: the items of a list have none, everything else gets them in front.
    private readonly byte[] _body;

    public StoredObject(ApiKind kind, JsonObject value, long version)
    {
        var copy = value.DeepClone().AsObject();
        copy.Remove("kind");
        copy.Remove("apiVersion");
        var metadata = copy.Metadata();
        metadata["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Kind = kind;
        Version = version;
        Namespace = metadata.Text("namespace");
        Name = metadata.Text("name") ?? throw new ArgumentException("an object needs a name");
        Labels = metadata.Labels();
        _body = Encoding.UTF8.GetBytes(copy.ToJsonString(Json.Options));
    }

    public ApiKind Kind { get; }

    public long Version { get; }

    public string? Namespace { get; }

    public string Name { get; }

    public IReadOnlyDictionary<string, string> Labels { get; }

    public string Key => KeyOf(Namespace, Name);

    public static string KeyOf(string? @namespace, string name) => @namespace is null ? name : $"{@namespace}/{name}";

    /// <summary>The object, whole, to be changed at will.</summary>
    public JsonObject ToJson() => JsonNode.Parse(Whole())!.AsObject();

    /// <summary>The object in another version of its kind.</summary>
    public JsonObject ToJson(ApiKind version) => version.Conversion is null ? ToJson() : version.Conversion.FromStored(ToJson());

    /// <summary>The object's bytes in a version of its kind.</summary>
    public byte[] Whole(ApiKind version)
        => version.Conversion is null ? Whole() : Encoding.UTF8.GetBytes(ToJson(version).ToJsonString(Json.Options));

    /// <summary>The object's bytes as an item of a list: built-in kinds leave kind and apiVersion out there.</summary>
    public byte[] Item(ApiKind version) => version.Conversion is not null || Kind.Custom ? Whole(version) : _body;

    private byte[] Whole() => [.. Encoding.UTF8.GetBytes($$"""{"kind":"{{Kind.Kind}}","apiVersion":"{{Kind.ApiVersion}}","""), .. _body.AsSpan(1)];

    /// <summary>Only its metadata, as a client asks for that needs no more.</summary>
    public byte[] MetadataOnly()
        => Encoding.UTF8.GetBytes(new JsonObject
        {
            ["kind"] = "PartialObjectMetadata",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = JsonNode.Parse(_body)!["metadata"]!.DeepClone(),
        }.ToJsonString(Json.Options));
}
