using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HaWebhook.Policy.Manifests;

/// <summary>Reads one YAML document from the events of YamlDotNet, which never recurse.</summary>
internal sealed class YamlDocumentReader
{
    private readonly string _text;
    private readonly int _firstLine;
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly TreeBuilder _builder = new();
    private int _flowDepth;
    private string? _repairedText;

    private YamlDocumentReader(string text, int firstLine)
    {
        _text = text;
        _firstLine = firstLine;
#pragma warning disable RS0030 // YamlDotNet reads from a TextReader only; this one is in memory.
        _scanner = new Scanner(new StringReader(text));
#pragma warning restore RS0030
        _parser = new Parser(_scanner);
    }

    /// <summary>Reads the document, or throws a <see cref="ManifestException"/>.</summary>
    public static ManifestNode Read(string text, int firstLine)
    {
        YamlText.RefuseControlCharacters(text, firstLine);
        for (var left = ManifestLimits.RepairedCharacters; ; left -= text.Length)
        {
            var reader = new YamlDocumentReader(text, firstLine);
            try
            {
                return reader.Read();
            }
            catch (ManifestException) when (reader._repairedText is { } repaired && left > 0)
            {
                text = repaired;
            }
        }
    }

    private ManifestNode Read()
    {
        while (MoveNext() is { } current)
        {
            Take(current);
        }

        return _builder.Root ?? throw new ManifestException(_firstLine, "the document is empty");
    }

    private ParsingEvent? MoveNext()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current : null;
        }
        catch (Exception failure)
        {
            // Whatever YamlDotNet trips over, be it its own exceptions or others, is a fault of the text.
            var where = failure is YamlException yaml && !YamlText.IsAboutTab(yaml) ? yaml.Start : _scanner.CurrentPosition;
            _repairedText = IndentationRepair.Repair(_text, failure, where, indentation: (int)(_parser.Current?.Start.Column ?? 1));
            throw new ManifestException(LineOf(where), (int)where.Column, YamlText.Reason(failure));
        }
    }

    private void Take(ParsingEvent current)
    {
        if (current is NodeEvent node && _flowDepth == 0)
        {
            YamlText.RefuseTab(_text, node, LineOf(node.Start));
        }

        switch (current)
        {
            case Scalar scalar:
                TakeScalar(scalar);
                break;
            case AnchorAlias alias:
                _builder.AddAlias(LineOf(alias.Start), alias.Value.Value);
                break;
            case MappingStart mapping:
                Open(mapping, isMapping: true, mapping.Style == MappingStyle.Flow);
                break;
            case SequenceStart sequence:
                Open(sequence, isMapping: false, sequence.Style == SequenceStyle.Flow);
                break;
            case MappingEnd or SequenceEnd:
                _flowDepth = Math.Max(0, _flowDepth - 1);
                _builder.Close();
                break;
            case DocumentStart when _builder.Root is not null:
                throw new ManifestException(LineOf(current.Start), "a second document starts here without ---");
            default:
                break;
        }
    }

    private void TakeScalar(Scalar scalar)
    {
        var line = LineOf(scalar.Start);
        var tag = Tag(scalar);
        if (_builder.ExpectsKey && scalar.Value == "<<" && (tag is null ? scalar.Style == ScalarStyle.Plain : tag == YamlScalars.MergeTag))
        {
            _builder.BeginMerge(line);
            return;
        }

        var text = _flowDepth == 0 ? YamlText.WithLostColon(_text, scalar) : scalar.Value;
        var node = (tag, scalar.Style) switch
        {
            (not null, _) => YamlScalars.Tagged(line, text, tag),
            (_, ScalarStyle.Plain) => YamlScalars.Plain(line, text),
            _ => new ScalarNode(line, text),
        };
        _builder.Add(node, Anchor(scalar));
    }

    private void Open(NodeEvent start, bool isMapping, bool isFlow)
    {
        // YamlDotNet gives no position for the mapping in [a: b]: its only key has to tell the line.
        var hasPosition = start.Start.Index > 0 || _builder.Depth == 0;
        var line = hasPosition ? LineOf(start.Start) : 0;
        if (Tag(start) is { } tag)
        {
            YamlScalars.CheckCollectionTag(line, tag, isMapping ? "!!map" : "!!seq");
        }

        _flowDepth += isFlow || _flowDepth > 0 ? 1 : 0;
        _builder.Open(isMapping, line, Anchor(start));
    }

    private int LineOf(Mark mark)
    {
        return _firstLine + (int)mark.Line - 1;
    }

    private static string? Tag(NodeEvent node)
    {
        return node.Tag.IsEmpty ? null : node.Tag.Value;
    }

    private static string? Anchor(NodeEvent node)
    {
        return node.Anchor.IsEmpty ? null : node.Anchor.Value;
    }
}
