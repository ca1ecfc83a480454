namespace HaWebhook.Policy.Manifests;

/// <summary>A list of values.</summary>
public sealed class SequenceNode : ManifestNode
{
    internal SequenceNode(int line, IReadOnlyList<ManifestNode> items)
        : base(line)
    {
        Items = items;
    }

    /// <summary>The items in the order of the file.</summary>
    public IReadOnlyList<ManifestNode> Items { get; }
}
