namespace HaWebhook.Policy.Manifests;

/// <summary>What one document may cost, far above what any API server accepts.</summary>
internal static class ManifestLimits
{
    /// <summary>Mappings and lists inside one another, with aliases expanded.</summary>
    public const int Depth = 1_000;

    /// <summary>Keys and values, with aliases expanded.</summary>
    public const int Nodes = 1_000_000;

    /// <summary>Characters that aliases repeat: few nodes can still stand for a lot of text.</summary>
    public const int AliasedCharacters = 10_000_000;

    /// <summary>Characters of a document that may be read again after its indentation was repaired.</summary>
    public const int RepairedCharacters = 10_000_000;
}
