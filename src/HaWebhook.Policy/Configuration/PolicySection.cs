using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Configuration;

/// <summary>A mapping of the policy file while it is read. What is not among its keys is an error from the start.</summary>
internal sealed class PolicySection
{
    private readonly MappingNode _node;
    private readonly PolicyPlace _place;

    /// <param name="node">The mapping.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="keys">The keys that it may have.</param>
    public PolicySection(MappingNode node, PolicyPlace place, IReadOnlyList<PolicyKey> keys)
    {
        (_node, _place) = (node, place);
        foreach (var entry in node.Entries)
        {
            var key = keys.FirstOrDefault(key => key.Name == entry.Key);
            if ((key is null ? Unknown(entry.Key, keys) : key.Refusal) is { } problem)
            {
                place.Below(entry.Key, entry.Line).Fail(problem);
            }
        }
    }

    public bool Has(PolicyKey key) => Node(key) is not null;

    /// <summary>Whether a key is left out, or its list or mapping has no items.</summary>
    public bool IsEmpty(PolicyKey key) => Node(key) is null or SequenceNode { Items.Count: 0 } or MappingNode { Entries.Count: 0 };

    /// <summary>The value of a key: its default where it is left out, null, or wrong, which is told.</summary>
    public T Get<T>(PolicyKey<T> key)
    {
        if (Node(key) is not { } node)
        {
            if (key.IsRequired)
            {
                _place.Below(key.Name, _place.Line).Fail("is missing");
            }

            return key.Default;
        }

        if (key.Value.Fits(node))
        {
            return key.Value.Read(node, PlaceOf(key));
        }

        PlaceOf(key).Fail(key.Value.Misfit(node));
        return key.Default;
    }

    /// <summary>Tells what is wrong with a key's value beside what the key knows itself.</summary>
    public void Fail(PolicyKey key, string problem) => PlaceOf(key).Fail(problem);

    private ManifestNode? Node(PolicyKey key) => _node.TryGet(key.Name, out var value) && value is not ScalarNode { Kind: ScalarKind.Null } ? value : null;

    private PolicyPlace PlaceOf(PolicyKey key) => _place.Below(key.Name, _node.TryGetEntry(key.Name, out var entry) ? entry.Line : _node.Line);

    private static string Unknown(string name, IReadOnlyList<PolicyKey> keys) =>
        $"is not a key of the policy{NearestName.Hint(name, keys.Where(key => key.Refusal is null).Select(key => key.Name))}";
}
