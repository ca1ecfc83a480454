namespace HaWebhook.Policy.Manifests;

/// <summary>A mapping whose end has not been read yet.</summary>
internal sealed class OpenMapping(int line, bool startsAtKey) : OpenCollection(line)
{
    private readonly OrderedDictionary<string, MappingEntry> _entries = [];
    private readonly Stack<MappingNode> _merged = [];
    private string? _key;
    private int _keyLine;
    private bool _merging;
    private bool _startsAtKey = startsAtKey;

    public override bool ExpectsKey => _key is null && !_merging;

    /// <summary>Makes the next node one to merge in.</summary>
    public void BeginMerge(int line)
    {
        _merging = true;
        BeginAt(line);
    }

    public override ManifestNode Close()
    {
        // Keys of the mapping itself win, then the last merge key: go-yaml lets a later one overwrite.
        foreach (var entry in _merged.SelectMany(mapping => mapping.Entries))
        {
            _entries.TryAdd(entry.Key, entry);
        }

        return new MappingNode(Line, _entries);
    }

    protected override void Add(ManifestNode child, int line)
    {
        if (_merging)
        {
            Merge(child, line);
            _merging = false;
        }
        else if (_key is null)
        {
            BeginEntry(child, line);
        }
        else
        {
            _entries.Add(_key, new MappingEntry(_key, _keyLine, child));
            _key = null;
        }
    }

    private void BeginEntry(ManifestNode child, int line)
    {
        if (child is not ScalarNode scalar)
        {
            throw new ManifestException(line, "a mapping or a list cannot be a key: text that starts with { or [ needs quotes");
        }

        var key = YamlScalars.Key(scalar, line);
        if (_entries.TryGetValue(key, out var first))
        {
            throw new ManifestException(line, $"duplicate key {ErrorText.Quote(key)}: it is already on line {first.Line}");
        }

        (_key, _keyLine) = (key, line);
        BeginAt(line);
    }

    private void BeginAt(int line)
    {
        Line = _startsAtKey ? line : Line;
        _startsAtKey = false;
    }

    private void Merge(ManifestNode child, int line)
    {
        // In a list the first mapping wins, so it goes on the stack last.
        foreach (var node in child is SequenceNode list ? list.Items.Reverse() : [child])
        {
            _merged.Push(node as MappingNode ?? throw new ManifestException(line, "the value of << must be a mapping or a list of mappings"));
        }
    }
}
