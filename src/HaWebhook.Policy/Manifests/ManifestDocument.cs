namespace HaWebhook.Policy.Manifests;

/// <summary>One document of a file: either its content or the error that kept it from being read.</summary>
/// <param name="Line">The line the content of the document starts on, counted from 1.</param>
/// <param name="Root">The content, or null when there is an error.</param>
/// <param name="Error">The error, or null when there is content.</param>
public sealed record ManifestDocument(int Line, ManifestNode? Root, ManifestError? Error)
{
    /// <summary>What was read: spaces may differ from what the file holds, where kubectl and the parser disagree about them.</summary>
    internal ReadOnlyMemory<char> Text { get; init; }

    /// <summary>Where the text starts in the file.</summary>
    internal int Start { get; init; }
}
