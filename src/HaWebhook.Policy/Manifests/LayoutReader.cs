using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HaWebhook.Policy.Manifests;

/// <summary>Reads how a document is written that is known to be valid: YAML, or JSON, which is YAML as well.</summary>
internal sealed class LayoutReader(string text, int[] origins)
{
    private readonly HashSet<string> _aliases = new(StringComparer.Ordinal);
    private readonly Stack<Open> _open = [];
    private NodeLayout? _root;

    /// <summary>The layout; null where the parser trips.</summary>
    public DocumentLayout? Read()
    {
#pragma warning disable RS0030 // YamlDotNet reads from a TextReader only; this one is in memory.
        var parser = new Parser(new Scanner(new StringReader(text)));
#pragma warning restore RS0030
        try
        {
            while (parser.MoveNext())
            {
                Take(parser.Current!);
            }
        }
        catch (Exception)
        {
            // Not all that the reader of JSON takes is known to be taken by YamlDotNet, which throws whatever it trips over.
            return null;
        }

        return _root is null ? null : new DocumentLayout(_root, _aliases);
    }

    private void Take(ParsingEvent current)
    {
        switch (current)
        {
            case Scalar scalar when scalar.Start.Index == scalar.End.Index:
                PlaceMissing((int)scalar.Start.Index);
                break;
            case Scalar scalar:
                Place(
                    new NodeLayout(NodeStyle.Scalar, Name(scalar.Anchor), Origin(scalar.Start))
                    {
                        End = EndOf(scalar),
                        IsNull = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty && YamlScalars.IsNull(scalar.Value),
                    },
                    scalar.Value,
                    (int)scalar.End.Index);
                break;
            case AnchorAlias alias:
                _aliases.Add(alias.Value.Value);
                var end = (int)alias.End.Index;
                Place(new NodeLayout(NodeStyle.Alias, alias.Value.Value, Origin(alias.Start)) { End = OriginOfEnd(end) }, "", end);
                break;
            case MappingStart { Style: MappingStyle.Flow } mapping:
                _open.Push(new(new NodeLayout(NodeStyle.FlowMapping, Name(mapping.Anchor), Origin(mapping.Start))));
                break;
            case MappingStart mapping:
                _open.Push(new(new NodeLayout(NodeStyle.BlockMapping, Name(mapping.Anchor), Origin(mapping.Start))));
                break;
            case SequenceStart { Style: SequenceStyle.Flow } sequence:
                _open.Push(new(new NodeLayout(NodeStyle.FlowSequence, Name(sequence.Anchor), Origin(sequence.Start))));
                break;
            case SequenceStart sequence:
                _open.Push(new(new NodeLayout(NodeStyle.BlockSequence, Name(sequence.Anchor), Origin(sequence.Start))));
                break;
            case MappingEnd or SequenceEnd:
                Close((int)current.Start.Index);
                break;
            default:
                break;
        }
    }

    private void Close(int index)
    {
        var node = _open.Pop().Node;
        if (node.Style is NodeStyle.FlowMapping or NodeStyle.FlowSequence)
        {
            // YamlDotNet says where the closing bracket starts.
            node.End = origins[Math.Min(index, text.Length)] + 1;
        }

        Place(node, "", index);
    }

    /// <summary>Places a value that is not there: behind the colon of its key, whatever comes before the next token.</summary>
    private void PlaceMissing(int index)
    {
        if (_open.TryPeek(out var parent) && parent.Key is not null)
        {
            var colon = parent.KeyEnd + text.AsSpan(parent.KeyEnd).IndexOfAnyExcept(" \t\r\n");
            index = colon >= parent.KeyEnd && text[colon] == ':' ? colon + 1 : parent.KeyEnd;
        }

        Place(new NodeLayout(NodeStyle.Scalar, "", OriginOfEnd(index)) { IsNull = true }, "", index);
    }

    private void Place(NodeLayout node, string name, int end)
    {
        if (!_open.TryPeek(out var parent))
        {
            _root = node;
            return;
        }

        parent.Node.End = node.End;
        if (parent.Node.Style is NodeStyle.BlockSequence or NodeStyle.FlowSequence)
        {
            parent.Node.Add(node);
        }
        else if (parent.Key is null)
        {
            (parent.Key, parent.KeyEnd, parent.Name) = (node, end, name);
        }
        else
        {
            parent.Node.Add(new EntryLayout(parent.Name, parent.Key, node));
            parent.Key = null;
        }
    }

    // YamlDotNet counts in what is somebody else's: the blank lines after a block scalar, and after an anchor without a value all up to the next token.
    private int EndOf(Scalar scalar)
    {
        var (start, end) = ((int)scalar.Start.Index, (int)scalar.End.Index);
        var written = text.AsSpan(start..end);
        if (scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded)
        {
            // The last line break of one that keeps them ends the line and is there for what follows as well.
            return OriginOfEnd(KeepsLineBreaks(written) ? end - LastBreak(written) : start + written.TrimEnd().Length);
        }

        return OriginOfEnd(scalar.Value.Length > 0 || scalar.Style != ScalarStyle.Plain ? end : start + FirstLine(written).TrimEnd().Length);
    }

    private static bool KeepsLineBreaks(ReadOnlySpan<char> blockScalar)
    {
        var header = FirstLine(blockScalar).TrimEnd();
        return header.EndsWith('+') || header.TrimEnd("0123456789").EndsWith('+');
    }

    private static int LastBreak(ReadOnlySpan<char> text) => text.EndsWith("\r\n") ? 2 : text.EndsWith('\n') || text.EndsWith('\r') ? 1 : 0;

    /// <summary>The first line, without its comment.</summary>
    private static ReadOnlySpan<char> FirstLine(ReadOnlySpan<char> text)
    {
        var line = text.IndexOfAny('\n', '\r') is >= 0 and var length ? text[..length] : text;
        return line.IndexOf(" #") is >= 0 and var comment ? line[..comment] : line;
    }

    private int Origin(Mark mark) => origins[Math.Min((int)mark.Index, text.Length)];

    private int OriginOfEnd(int index) => index == 0 ? origins[0] : origins[Math.Min(index, text.Length) - 1] + 1;

    private static string Name(AnchorName anchor) => anchor.IsEmpty ? "" : anchor.Value;

    /// <summary>A collection whose end has not been read yet.</summary>
    private sealed class Open(NodeLayout node)
    {
        public NodeLayout Node { get; } = node;

        public NodeLayout? Key { get; set; }

        public int KeyEnd { get; set; }

        public string Name { get; set; } = "";
    }
}
