using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Kinds;

/// <summary>One kind that the server serves: a row of <see cref="KindTable"/>.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The only version that is served.</param>
/// <param name="Kind">The kind, as in a manifest.</param>
/// <param name="Plural">The resource, as in a path.</param>
/// <param name="Empty">
/// The JSON that even an empty object of this kind is written with: what the real types never leave out. It fills what an object lacks,
/// is the body of a bookmark, and is what the owner of a new object's fields is found against.
/// </param>
internal sealed record ApiKind(string Group, string Version, string Kind, string Plural, string Empty = "{}")
{
    private static readonly Encoding _utf8 = new UTF8Encoding(false);

    public bool Namespaced { get; init; } = true;

    /// <summary>Whether <c>metadata.generation</c> is kept: 1 at first, one more for each change outside metadata and status.</summary>
    public bool HasGeneration { get; init; }

    public bool HasStatus { get; init; }

    public bool HasScale { get; init; }

    /// <summary>A custom resource: kept as written (nulls and empty lists too), and patched by merge and apply only.</summary>
    public bool Custom { get; init; }

    /// <summary>For a further version of a kind: the version that is stored, and the way there and back. Null for the stored version itself.</summary>
    public Conversion? Conversion { get; init; }

    /// <summary>The kind under which objects are stored.</summary>
    public ApiKind Stored => Conversion?.Stored ?? this;

    public string[] ShortNames { get; init; } = [];

    public string[] Categories { get; init; } = [];

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string Singular => Kind.ToLowerInvariant();

    /// <summary>The resource as error messages name it: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string Qualified => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The hash that discovery shows for the stored version: the first 8 bytes of a SHA-256.</summary>
    public string StorageVersionHash
        => Convert.ToBase64String(SHA256.HashData(_utf8.GetBytes($"{Group}/{Version}/{Kind}")).AsSpan(0, 8));

    /// <summary>A fresh copy of <see cref="Empty"/>.</summary>
    public JsonObject NewEmpty() => JsonNode.Parse(Empty)!.AsObject();
}
