using System.Text;

namespace HaWebhook.Policy.Manifests;

/// <summary>Reads manifests as kubectl does: YAML or JSON, with any number of documents in one file.</summary>
public static class ManifestReader
{
    /// <summary>Reads every document of a file. A document that can not be read is an error and leaves the others alone.</summary>
    /// <param name="text">The text of the file.</param>
    /// <returns>The documents in the order of the file, without empty ones.</returns>
    public static IReadOnlyList<ManifestDocument> Read(string text)
    {
        // Files that were pasted together may have a byte order mark at the start of each.
        var clean = text.TrimStart('\uFEFF').Replace("\n\uFEFF", "\n", StringComparison.Ordinal);
        var documents = new List<ManifestDocument>();
        foreach (var document in new DocumentSplitter(clean).Split())
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
                documents.Add(new ManifestDocument(document.ContentLine, YamlDocumentReader.Read(document.Text, document.FirstLine), null));
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
        var json = Encoding.UTF8.GetBytes(document.Text[start..]);
        var reader = new JsonDocumentReader(json, document.FirstLine + document.Text.AsSpan(0, start).Count('\n'));
        try
        {
            while (reader.Read() is { } root)
            {
                documents.Add(new ManifestDocument(root.Line, root, null));
            }
        }
        catch (ManifestException invalid) when (invalid.Column is not null)
        {
            // It may still be YAML: {a: b} is.
            var rest = start + Encoding.UTF8.GetCharCount(json, 0, reader.Consumed);
            documents.Add(ReadFlow(document, reader.Consumed == 0 ? 0 : rest, invalid));
        }
    }

    private static ManifestDocument ReadFlow(DocumentText document, int start, ManifestException invalidJson)
    {
        try
        {
            var line = document.FirstLine + document.Text.AsSpan(0, start).Count('\n');
            var root = YamlDocumentReader.Read(document.Text[start..], line);
            return new ManifestDocument(root.Line, root, null);
        }
        catch (ManifestException invalidYaml)
        {
            // Whichever reader came further understood more of the text.
            throw invalidYaml.IsBeyond(invalidJson) ? invalidYaml : invalidJson;
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
