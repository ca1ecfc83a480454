using System.Text.Json;
using System.Text.Json.Serialization;

namespace HaWebhook.Kubernetes.Json;

/// <summary>A refusal as the API server writes it.</summary>
internal sealed record Status(string? Message, string? Reason, int? Code, StatusDetails? Details);

/// <summary>What every object has. The rest of it is skipped.</summary>
internal sealed record ObjectHead(ObjectMeta? Metadata);

/// <summary>Which object, and which state of it.</summary>
internal sealed record ObjectMeta(string? Name, string? Namespace, string? Uid, string? ResourceVersion);

/// <summary>The object of a bookmark. Only for bookmarks are the annotations read: elsewhere they may be large.</summary>
internal sealed record Bookmark(BookmarkMeta? Metadata);

/// <summary>What a bookmark says.</summary>
internal sealed record BookmarkMeta(Dictionary<string, string>? Annotations);

/// <summary>What is true of a page of a list.</summary>
internal sealed record ListMeta(string? ResourceVersion, string? Continue);

/// <summary>What a group and version serves.</summary>
internal sealed record ResourceNames(List<ResourceName>? Resources);

/// <summary>One resource, or subresource with its slash.</summary>
internal sealed record ResourceName(string? Name);

/// <summary>The answer of /apis.</summary>
internal sealed record GroupList(List<ServedGroup>? Groups);

/// <summary>A group.</summary>
internal sealed record ServedGroup(string? Name, GroupVersion? PreferredVersion);

/// <summary>A version of a group.</summary>
internal sealed record GroupVersion(string? Version);

/// <summary>The answer of /version.</summary>
internal sealed record VersionAnswer(string? Major, string? Minor, string? GitVersion);

/// <summary>Preconditions of a deletion.</summary>
internal sealed record DeleteOptions(string ApiVersion, string Kind, Preconditions Preconditions);

/// <summary>Which state of which object may be deleted.</summary>
internal sealed record Preconditions(string? Uid, string? ResourceVersion);

/// <summary>The serializers, made when the project is built. The depth is the API server's own limit.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, PropertyNameCaseInsensitive = false, MaxDepth = MaxDepth, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(ObjectHead))]
[JsonSerializable(typeof(Bookmark))]
[JsonSerializable(typeof(ListMeta))]
[JsonSerializable(typeof(ResourceNames))]
[JsonSerializable(typeof(GroupList))]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(DeleteOptions))]
internal sealed partial class WireJson : JsonSerializerContext
{
    public const int MaxDepth = 10_000;

    /// <summary>How bytes of the server are tokenized.</summary>
    public static readonly JsonReaderOptions Reading = new() { MaxDepth = MaxDepth };
}
