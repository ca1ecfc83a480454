namespace HaWebhook.Policy.Manifests;

/// <summary>Builds the tree of one document from a flat run of nodes, and holds it to <see cref="ManifestLimits"/>.</summary>
/// <remarks>Aliases share the node they name, so memory grows with the text and not with what the text expands to.</remarks>
internal sealed class TreeBuilder
{
    private readonly Stack<OpenCollection> _open = [];
    private readonly Dictionary<string, Anchor> _anchors = [];
    private int _nodes;
    private long _aliasedCharacters;

    /// <summary>The document, once all of it has been read.</summary>
    public ManifestNode? Root { get; private set; }

    /// <summary>How many mappings and lists are open.</summary>
    public int Depth => _open.Count;

    /// <summary>Whether the next node is a key.</summary>
    public bool ExpectsKey => _open.TryPeek(out var top) && top.ExpectsKey;

    public void OpenSequence(int line, string? anchor)
    {
        Count(line, NodeSize.EmptyCollection);
        _open.Push(new OpenSequence(line) { Anchor = Register(anchor) });
    }

    /// <summary>Opens a mapping, whose line is that of its first key when <paramref name="startsAtKey"/> is set.</summary>
    public void OpenMapping(int line, string? anchor, bool startsAtKey = false)
    {
        Count(line, NodeSize.EmptyCollection);
        _open.Push(new OpenMapping(line, startsAtKey) { Anchor = Register(anchor) });
    }

    public void Close()
    {
        var collection = _open.Pop();
        var node = collection.Close();
        if (collection.Anchor is { } anchor)
        {
            (anchor.Node, anchor.Size) = (node, collection.Size);
        }

        Place(node, node.Line, collection.Size);
    }

    public void Add(ScalarNode scalar, string? anchor)
    {
        var size = NodeSize.Of(scalar);
        Count(scalar.Line, size);
        if (Register(anchor) is { } named)
        {
            (named.Node, named.Size) = (scalar, size);
        }

        Place(scalar, scalar.Line, size);
    }

    public void AddAlias(int line, string name)
    {
        if (!_anchors.TryGetValue(name, out var anchor))
        {
            throw new ManifestException(line, $"the alias {ErrorText.Quote("*" + name)} has no anchor before it");
        }

        if (anchor.Node is null)
        {
            throw new ManifestException(line, $"the alias {ErrorText.Quote("*" + name)} stands inside the value it names");
        }

        _aliasedCharacters += anchor.Size.Characters;
        if (_aliasedCharacters > ManifestLimits.AliasedCharacters)
        {
            throw new ManifestException(line, "aliases repeat more than 10,000,000 characters");
        }

        Count(line, anchor.Size);
        Place(anchor.Node, line, anchor.Size);
    }

    /// <summary>Takes the place of a key: the next node is merged into the open mapping.</summary>
    public void BeginMerge(int line)
    {
        ((OpenMapping)_open.Peek()).BeginMerge(line);
    }

    // A name may be used again: an alias means the last anchor before it.
    private Anchor? Register(string? anchor)
    {
        return anchor is null ? null : _anchors[anchor] = new Anchor();
    }

    private void Count(int line, NodeSize size)
    {
        _nodes += size.Nodes;
        if (_nodes > ManifestLimits.Nodes)
        {
            throw new ManifestException(line, "more than 1,000,000 keys and values in one document, counting what aliases repeat");
        }

        if (_open.Count + size.Depth > ManifestLimits.Depth)
        {
            throw new ManifestException(line, "nested deeper than 1,000 levels");
        }
    }

    private void Place(ManifestNode node, int line, NodeSize size)
    {
        if (_open.TryPeek(out var parent))
        {
            parent.Add(node, line, size);
        }
        else
        {
            Root = node;
        }
    }
}
