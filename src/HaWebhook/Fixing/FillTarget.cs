using System.Globalization;
using HaWebhook.Admission;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Fixing;

/// <summary>A mapping that is to get fields.</summary>
/// <param name="Path">The nodes from the document down to the mapping.</param>
/// <param name="Field">The mapping, as findings name fields.</param>
internal sealed record FillTarget(IReadOnlyList<NodeLayout> Path, string Field)
{
    public NodeLayout Mapping => Path[^1];

    /// <summary>Follows a JSON pointer.</summary>
    /// <param name="root">The document.</param>
    /// <param name="pointer">The pointer to the mapping.</param>
    /// <exception cref="NotFixableException">The mapping is not written where the pointer leads.</exception>
    public static FillTarget Find(NodeLayout root, string pointer)
    {
        List<NodeLayout> path = [root];
        var field = "";
        foreach (var step in pointer.Split('/').Skip(1).Select(JsonPatch.Unescape))
        {
            var node = path[^1];
            var isList = node.Style is NodeStyle.BlockSequence or NodeStyle.FlowSequence;
            field += isList ? $"[{step}]" : field.Length == 0 ? step : $".{step}";
            var next = isList ? node.Items.ElementAtOrDefault(int.Parse(step, CultureInfo.InvariantCulture)) : Entry(node, step)?.Value;
            if (next is null)
            {
                var reason = Entry(node, "<<") is null ? "is not found in the text" : "comes from a merge key (<<); must be written out to be fixed";
                throw new NotFixableException($"{field} {reason}");
            }

            path.Add(next);
            if (path[^1] is { Style: NodeStyle.Alias } alias)
            {
                throw new NotFixableException($"{field} is the alias *{alias.Anchor}; must be written out to be fixed");
            }
        }

        return new(path, field);
    }

    /// <summary>The entry of a field; null where the mapping has none of its own.</summary>
    public EntryLayout? Entry(string name) => Entry(Mapping, name);

    private static EntryLayout? Entry(NodeLayout mapping, string name) => mapping.Entries.FirstOrDefault(entry => entry.Name == name);
}
