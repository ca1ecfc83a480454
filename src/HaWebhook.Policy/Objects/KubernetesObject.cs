namespace HaWebhook.Policy.Objects;

/// <summary>An object as rules see it: only the fields that some rule reads, with absence already given its meaning.</summary>
public abstract record KubernetesObject
{
    /// <summary>API group and version, for instance <c>apps/v1</c>; <c>v1</c> for the core group.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Kind, for instance <c>Deployment</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The object's own metadata.</summary>
    public required Metadata Metadata { get; init; }

    /// <summary>API group; empty for the core group.</summary>
    public string Group => GroupOf(ApiVersion);

    /// <summary>The object's JSON. It lives only as long as the buffer it was read from: for the one review.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>
    /// The JSON of <c>spec</c>; empty where the object has none. Same lifetime as <see cref="Bytes"/>. What only a few kinds have, rules read
    /// from it when they come to it: see <see cref="Json.RawField"/>.
    /// </summary>
    internal ReadOnlyMemory<byte> SpecBytes { get; init; }

    /// <summary>
    /// What <see cref="Rules.QuorumMinimum"/> said of the object before it was reduced; null for one that is whole and can be asked itself.
    /// </summary>
    internal int? MajorityMinimum { get; init; }

    /// <summary>The group part of an <c>apiVersion</c>; empty for the core group.</summary>
    public static string GroupOf(string apiVersion)
    {
        if (apiVersion == "apps/v1")
        {
            return "apps";
        }

        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : apiVersion[..slash];
    }
}
