using System.Text;
using System.Text.Json;

namespace HaWebhook.Policy.Manifests;

/// <summary>Reads JSON values that follow one another.</summary>
internal ref struct JsonDocumentReader
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly int _firstLine;
    private Utf8JsonReader _reader;
    private TreeBuilder _builder = new();
    private int _line;
    private int _counted;

    public JsonDocumentReader(ReadOnlySpan<byte> json, int firstLine)
    {
        _json = json;
        _firstLine = firstLine;
        _line = firstLine;

        // One level more than allowed, so that our own limit speaks first.
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = ManifestLimits.Depth + 1 });
    }

    /// <summary>How many bytes belong to values that were read whole.</summary>
    public int Consumed { get; private set; }

    /// <summary>Reads the next value: null at the end of the text, a <see cref="ManifestException"/> when it is not valid.</summary>
    public ManifestNode? Read()
    {
        _builder = new TreeBuilder();
        try
        {
            while (_reader.Read())
            {
                Take();
                if (_builder.Root is { } root)
                {
                    Consumed = (int)_reader.BytesConsumed;
                    return root;
                }
            }

            return null;
        }
        catch (JsonException invalid)
        {
            throw new ManifestException(_firstLine + (int)(invalid.LineNumber ?? 0), (int)(invalid.BytePositionInLine ?? 0) + 1, Reason(invalid));
        }
        catch (InvalidOperationException)
        {
            throw new ManifestException(_line, "a \\u escape in a JSON text is only half a character");
        }
    }

    private void Take()
    {
        var start = (int)_reader.TokenStartIndex;
        _line += _json[_counted..start].Count((byte)'\n');
        _counted = start;
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _builder.OpenMapping(_line, anchor: null);
                break;
            case JsonTokenType.StartArray:
                _builder.OpenSequence(_line, anchor: null);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _builder.Close();
                break;
            case JsonTokenType.PropertyName or JsonTokenType.String:
                _builder.Add(new ScalarNode(_line, _reader.GetString()!), anchor: null);
                break;
            default:
                _builder.Add(Literal(_reader, _line), anchor: null);
                break;
        }
    }

    /// <summary>The number, boolean or null that a reader stands on.</summary>
    public static ScalarNode Literal(in Utf8JsonReader reader, int line)
    {
        var text = Encoding.UTF8.GetString(reader.ValueSpan);
        var kind = reader.TokenType switch
        {
            JsonTokenType.Null => ScalarKind.Null,
            JsonTokenType.True or JsonTokenType.False => ScalarKind.Boolean,
            _ => text.AsSpan().ContainsAny('.', 'e', 'E') ? ScalarKind.Float : ScalarKind.Integer,
        };
        return new ScalarNode(line, text, kind, text);
    }

    private static string Reason(JsonException invalid)
    {
        var position = invalid.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return ErrorText.Reason("JSON", position < 0 ? invalid.Message : invalid.Message[..position]);
    }
}
