using HaWebhook.Policy.Manifests;

namespace HaWebhook.Checking;

/// <summary>A Kubernetes object in a manifest.</summary>
/// <param name="File">The file.</param>
/// <param name="Root">The object, with its lines; null once that has been read.</param>
/// <param name="ApiVersion">Its group and version.</param>
/// <param name="Kind">Its kind.</param>
internal sealed record ManifestObject(string File, MappingNode? Root, string ApiVersion, string Kind)
{
    /// <summary>Which document of the file holds the object, counted from 0.</summary>
    public int Document { get; init; }

    /// <summary>JSON pointer to the object in its document: empty where it is the document, else an item of a List.</summary>
    public string Pointer { get; init; } = "";

    /// <summary>The line on which the object starts.</summary>
    public int Line { get; } = Root!.Line;

    /// <summary>The object's name; its <c>generateName</c> with a star where it has none.</summary>
    public string Name { get; } = NameOf(Root!);

    /// <summary>The namespace that the manifest gives; empty for none.</summary>
    public string Namespace { get; } = Text(Root!, "namespace");

    /// <summary>The object as JSON in UTF-8.</summary>
    public byte[] ToJson() => ManifestJson.ToJson(Root ?? throw new InvalidOperationException("the object is no longer there to be written"));

    private static string NameOf(MappingNode root) => (Text(root, "name"), Text(root, "generateName")) switch
    {
        ({ Length: > 0 } name, _) => name,
        (_, { Length: > 0 } prefix) => prefix + "*",
        _ => "",
    };

    private static string Text(MappingNode root, string field) =>
        root.TryGet("metadata", out var metadata) && metadata is MappingNode mapping && mapping.TryGet(field, out var value) && value is ScalarNode scalar
            ? scalar.Text
            : "";
}
