using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HaWebhook.Policy.Manifests;

/// <summary>Reads one YAML document from the events of YamlDotNet, which never recurse.</summary>
internal sealed class YamlDocumentReader
{
    private readonly string _text;
    private readonly int _firstLine;
    private readonly int _end;
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly TreeBuilder _builder = new();
    private int _line;
    private int _flowDepth;
    private string? _repairedText;

    private YamlDocumentReader(string text, int firstLine)
    {
        _text = text;
        _firstLine = firstLine;
        _line = firstLine;
        _end = text.AsSpan().TrimEnd().Length;
#pragma warning disable RS0030 // YamlDotNet reads from a TextReader only; this one is in memory.
        _scanner = new Scanner(new StringReader(text));
#pragma warning restore RS0030
        _parser = new Parser(_scanner);
    }

    /// <summary>Reads the document: null when it holds nothing but comments, a <see cref="ManifestException"/> when it is not valid.</summary>
    /// <param name="text">The text.</param>
    /// <param name="firstLine">The line of the file that the text starts on.</param>
    /// <param name="read">The text as it could be read: its indentation may have been repaired.</param>
    public static ManifestNode? Read(string text, int firstLine, out string read)
    {
        YamlText.RefuseControlCharacters(text, firstLine);
        read = text;
        for (var left = ManifestLimits.RepairedCharacters; ; left -= read.Length)
        {
            var reader = new YamlDocumentReader(read, firstLine);
            try
            {
                return reader.Read();
            }
            catch (ManifestException) when (reader._repairedText is { } repaired && left > 0)
            {
                read = repaired;
            }
        }
    }

    private ManifestNode? Read()
    {
        while (MoveNext() is { } current)
        {
            Take(current);
        }

        return _builder.Root;
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
            throw Refusal(failure);
        }
    }

    private ManifestException Refusal(Exception failure)
    {
        var where = failure is YamlException yaml && !YamlText.IsAboutTab(yaml) ? yaml.Start : _scanner.CurrentPosition;
        _repairedText = IndentationRepair.Repair(_text, failure, where, indentation: (int)(_parser.Current?.Start.Column ?? 1));
        return new ManifestException(LineOf(where), where.Index < _end ? (int)where.Column : int.MaxValue, YamlText.Reason(failure));
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
                TakeMapping(mapping);
                break;
            case SequenceStart sequence:
                TakeSequence(sequence);
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

    private void TakeMapping(MappingStart start)
    {
        // YamlDotNet gives no position for the mapping in [a: b]: its only key has to tell the line.
        var startsAtKey = start.Start.Index == 0 && _builder.Depth > 0;
        var line = startsAtKey ? _line : LineOf(start.Start);
        YamlScalars.CheckCollectionTag(line, Tag(start), "!!map");
        _flowDepth += start.Style == MappingStyle.Flow || _flowDepth > 0 ? 1 : 0;
        _builder.OpenMapping(line, Anchor(start), startsAtKey);
    }

    private void TakeSequence(SequenceStart start)
    {
        var line = LineOf(start.Start);
        YamlScalars.CheckCollectionTag(line, Tag(start), "!!seq");
        _flowDepth += start.Style == SequenceStyle.Flow || _flowDepth > 0 ? 1 : 0;
        _builder.OpenSequence(line, Anchor(start));
    }

    // What stands at the end of the text, such as a value that is missing there, belongs to the line before: YamlDotNet adds one.
    private int LineOf(Mark mark)
    {
        _line = mark.Index < _end ? _firstLine + (int)mark.Line - 1 : _line;
        return _line;
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
