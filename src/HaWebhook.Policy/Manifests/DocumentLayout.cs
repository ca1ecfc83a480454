namespace HaWebhook.Policy.Manifests;

/// <summary>How a document is written: what an editor has to know that its meaning does not tell.</summary>
/// <param name="Root">The document.</param>
/// <param name="Aliases">The names that aliases refer to, anywhere in the document.</param>
public sealed record DocumentLayout(NodeLayout Root, IReadOnlySet<string> Aliases)
{
    /// <summary>Finds out how a document is written.</summary>
    /// <param name="file">The text of the file.</param>
    /// <param name="document">A document that <see cref="ManifestReader"/> read from it.</param>
    /// <returns>The layout, its places counted from the start of the file; null where there is no content or the parser cannot tell.</returns>
    public static DocumentLayout? Of(string file, ManifestDocument document)
    {
        return document.Root is not null && TextOrigins.Of(document.Text.Span, file, document.Start) is { } origins
            ? new LayoutReader(document.Text.ToString(), origins).Read()
            : null;
    }
}
