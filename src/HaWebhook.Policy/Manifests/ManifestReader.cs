using System.Text;

namespace HaWebhook.Policy.Manifests;

/// <summary>Reads manifests as kubectl does: YAML or JSON, with any number of documents in one file.</summary>
public static class ManifestReader
{
    /// <summary>Reads every document of a file. A document that cannot be read is an error and leaves the others alone.</summary>
    /// <param name="text">The text of the file.</param>
    /// <returns>The documents in the order of the file, without empty ones.</returns>
    public static IReadOnlyList<ManifestDocument> Read(string text)
    {
        var documents = new List<ManifestDocument>();
        foreach (var document in new DocumentSplitter(text).Split())
        {
            Read(document, documents);
        }

        return documents;
    }

    private static void Read(DocumentText document, List<ManifestDocument> documents)
    {
        try
        {
            if (JsonStart(document.Text) is { } start)
            {
                ReadJson(document, start, documents);
            }
            else
            {
                ReadYaml(document, 0, documents);
            }
        }
        catch (ManifestException invalid)
        {
            var message = document.Text.Contains("{{", StringComparison.Ordinal)
                ? "this looks like an unrendered template ({{ }}): render it first, for instance with helm template"
                : invalid.Message;
            documents.Add(new ManifestDocument(document.ContentLine, null, new ManifestError(invalid.Line, message)));
        }
    }

    private static void ReadJson(DocumentText document, int start, List<ManifestDocument> documents)
    {
        var json = Encoding.UTF8.GetBytes(document.Text[start..].TrimEnd());
        var reader = new JsonDocumentReader(json, document.LineAt(start));
        try
        {
            for (var (from, position) = (0, start); reader.Read() is { } root; from = reader.Consumed)
            {
                var length = Encoding.UTF8.GetCharCount(json, from, reader.Consumed - from);
                var text = document.Text.AsMemory(position, length);
                documents.Add(new ManifestDocument(root.Line, root, null) { Text = text, Start = document.Start + position });
                position += length;
            }
        }
        catch (ManifestException invalidJson) when (invalidJson.Column is not null)
        {
            // It may still be YAML: {a: b} is.
            var rest = reader.Consumed == 0 ? 0 : start + Encoding.UTF8.GetCharCount(json, 0, reader.Consumed);
            try
            {
                ReadYaml(document, rest, documents);
            }
            catch (ManifestException invalidYaml) when (!invalidYaml.IsBeyond(invalidJson))
            {
                // Whichever reader came further understood more of the text.
                throw invalidJson;
            }
        }
    }

    private static void ReadYaml(DocumentText document, int start, List<ManifestDocument> documents)
    {
        if (YamlDocumentReader.Read(document.Text[start..], document.LineAt(start), out var text) is { } root)
        {
            documents.Add(new ManifestDocument(root.Line, root, null) { Text = text.AsMemory(), Start = document.Start + start });
        }
    }

    private static int? JsonStart(string text)
    {
        var body = text.AsSpan().TrimStart();
        if (body.StartsWith("---"))
        {
            body = body[3..].TrimStart();
        }

        return body.StartsWith('{') || body.StartsWith('[') ? text.Length - body.Length : null;
    }
}
