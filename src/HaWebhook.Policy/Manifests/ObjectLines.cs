using System.Text.Json;

namespace HaWebhook.Policy.Manifests;

/// <summary>
/// An object as JSON, with the line of each of its values beside it: an eighth of the memory of the tree that it was, so that a run
/// can keep what it read of thousands of files and still tell where a finding is.
/// </summary>
public sealed class ObjectLines
{
    private readonly int[] _lines;

    private ObjectLines(byte[] json, int[] lines)
    {
        Json = json;
        _lines = lines;
    }

    /// <summary>The object as compact JSON in UTF-8, without a byte order mark.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Writes an object down.</summary>
    public static ObjectLines Of(ManifestNode node)
    {
        var lines = new List<int>();
        return new(ManifestJson.ToJson(node, lines), [.. lines]);
    }

    /// <summary>The tree again. What is no string is spelled as in JSON.</summary>
    public ManifestNode ToTree()
    {
        var reader = new Utf8JsonReader(Json.Span, new JsonReaderOptions { MaxDepth = ManifestLimits.Depth + 1 });
        reader.Read();
        var next = 0;
        return Read(ref reader, ref next);
    }

    private ManifestNode Read(ref Utf8JsonReader reader, ref int next)
    {
        var line = _lines[next++];
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var entries = new OrderedDictionary<string, MappingEntry>();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var (key, keyLine) = (reader.GetString()!, _lines[next++]);
                    reader.Read();
                    entries[key] = new(key, keyLine, Read(ref reader, ref next));
                }

                return new MappingNode(line, entries);
            case JsonTokenType.StartArray:
                var items = new List<ManifestNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader, ref next));
                }

                return new SequenceNode(line, items);
            default:
                return reader.TokenType == JsonTokenType.String
                    ? new ScalarNode(line, reader.GetString()!)
                    : JsonDocumentReader.Literal(reader, line);
        }
    }
}
