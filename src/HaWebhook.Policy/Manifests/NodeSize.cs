namespace HaWebhook.Policy.Manifests;

/// <summary>What a node and everything in it amounts to when its aliases are expanded.</summary>
internal readonly record struct NodeSize(int Nodes, long Characters, int Depth)
{
    /// <summary>The size of a mapping or list without items.</summary>
    public static NodeSize EmptyCollection => new(1, 0, 1);

    public static NodeSize Of(ScalarNode scalar)
    {
        return new NodeSize(1, scalar.Text.Length, 0);
    }

    public NodeSize With(NodeSize child)
    {
        return new NodeSize(Nodes + child.Nodes, Characters + child.Characters, Math.Max(Depth, child.Depth + 1));
    }
}
