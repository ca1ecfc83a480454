namespace HaWebhook.Policy.Manifests;

/// <summary>A list of values.</summary>
public sealed class SequenceNode : ManifestNode
{
    internal SequenceNode(int line, IReadOnlyList<ManifestNode> items)
        : base(line)
    {
        Items = items;
    }

    /// <summary>The items by their names. Made when it is first asked for: a list of thousands is asked for each of them.</summary>
    internal Dictionary<string, ManifestNode> ByName => field ??= Index();

    /// <summary>The items in the order of the file.</summary>
    public IReadOnlyList<ManifestNode> Items { get; }

    /// <summary>What tells the items of a list apart, in Kubernetes' own lists: most have a name, spread constraints a topology key.</summary>
    private Dictionary<string, ManifestNode> Index()
    {
        var index = new Dictionary<string, ManifestNode>(StringComparer.Ordinal);
        foreach (var item in Items.OfType<MappingNode>())
        {
            foreach (var key in (ReadOnlySpan<string>)["name", "topologyKey"])
            {
                if (item.TryGet(key, out var value) && value is ScalarNode scalar)
                {
                    index.TryAdd(scalar.Text, item);
                }
            }
        }

        return index;
    }
}
