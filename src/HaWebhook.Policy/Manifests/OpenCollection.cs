namespace HaWebhook.Policy.Manifests;

/// <summary>A mapping or list whose end has not been read yet.</summary>
internal abstract class OpenCollection(int line)
{
    /// <summary>The line the collection starts on.</summary>
    protected int Line { get; set; } = line;

    public NodeSize Size { get; private set; } = NodeSize.EmptyCollection;

    public Anchor? Anchor { get; init; }

    /// <summary>Whether the next node is a key.</summary>
    public virtual bool ExpectsKey => false;

    /// <summary>Takes the next node; <paramref name="line"/> is where it stands here, which is not its own line when it is an alias.</summary>
    public void Add(ManifestNode child, int line, NodeSize size)
    {
        Size = Size.With(size);
        Add(child, line);
    }

    public abstract ManifestNode Close();

    protected abstract void Add(ManifestNode child, int line);
}
