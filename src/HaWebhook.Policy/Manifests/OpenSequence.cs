namespace HaWebhook.Policy.Manifests;

/// <summary>A list whose end has not been read yet.</summary>
internal sealed class OpenSequence(int line) : OpenCollection(line)
{
    private readonly List<ManifestNode> _items = [];

    public override ManifestNode Close()
    {
        return new SequenceNode(Line, _items);
    }

    protected override void Add(ManifestNode child, int line)
    {
        _items.Add(child);
    }
}
