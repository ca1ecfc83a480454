namespace HaWebhook.Policy.Manifests;

/// <summary>One key of a mapping with its value.</summary>
/// <param name="Key">The key as it appears in JSON.</param>
/// <param name="Line">The line of the key, counted from 1.</param>
/// <param name="Value">The value of the key.</param>
public sealed record MappingEntry(string Key, int Line, ManifestNode Value);
