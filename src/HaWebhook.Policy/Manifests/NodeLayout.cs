namespace HaWebhook.Policy.Manifests;

/// <summary>How a value is written, and where it stands in the text of its file.</summary>
public sealed class NodeLayout
{
    private readonly List<EntryLayout> _entries = [];
    private readonly List<NodeLayout> _items = [];

    internal NodeLayout(NodeStyle style, string anchor, int start)
    {
        Style = style;
        Anchor = anchor;
        Start = start;
        End = start;
    }

    /// <summary>How it is written.</summary>
    public NodeStyle Style { get; }

    /// <summary>The name that the value is given for aliases, or for an alias the name it refers to; empty for none.</summary>
    public string Anchor { get; }

    /// <summary>The index of its first character; an anchor or a tag belongs to it.</summary>
    public int Start { get; }

    /// <summary>The index after its last character: comments and line breaks that follow do not belong to it.</summary>
    public int End { get; internal set; }

    /// <summary>Whether it is null, or a collection without anything in it.</summary>
    public bool IsEmpty => IsNull || (_entries.Count == 0 && _items.Count == 0 && Style is NodeStyle.FlowMapping or NodeStyle.FlowSequence);

    /// <summary>The keys of a mapping in the order of the file; a merge key is one of them, what it brings in is not.</summary>
    public IReadOnlyList<EntryLayout> Entries => _entries;

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<NodeLayout> Items => _items;

    /// <summary>Whether it is a scalar that means null.</summary>
    internal bool IsNull { get; init; }

    internal void Add(EntryLayout entry) => _entries.Add(entry);

    internal void Add(NodeLayout item) => _items.Add(item);
}

/// <summary>One key of a mapping with its value.</summary>
/// <param name="Name">The key as a text; empty where it is an alias.</param>
/// <param name="Key">Where the key stands.</param>
/// <param name="Value">Where the value stands; without any characters where it is missing.</param>
public sealed record EntryLayout(string Name, NodeLayout Key, NodeLayout Value);
