using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>The nodes of a cluster, and their zones.</summary>
internal sealed class Topology
{
    private readonly IReadOnlyList<Node>? _nodes;
    private readonly Dictionary<string, Node> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _domains = new(StringComparer.Ordinal);

    public Topology(IReadOnlyList<Node>? nodes)
    {
        _nodes = nodes;
        foreach (var node in nodes ?? [])
        {
            _byName[node.Name] = node;
        }
    }

    /// <summary>Whether the nodes are known.</summary>
    public bool IsKnown => _nodes is not null;

    /// <summary>The nodes; none where they are not known.</summary>
    public IReadOnlyList<Node> Nodes => _nodes ?? [];

    /// <summary>The zone of a node; null where it is not known.</summary>
    public string? ZoneOf(string node) => _byName.TryGetValue(node, out var known) && known.Zone is { Length: > 0 } zone ? zone : null;

    /// <summary>
    /// How many domains there are that new pods of this spec can go to; null where nodes are not known. Nodes with taints are left out: a pod that
    /// tolerates one may have more.
    /// </summary>
    public int? Domains(string key, PodSpec spec)
    {
        if (_nodes is null)
        {
            return null;
        }

        // Most pods may go anywhere, and those that may not mostly name one label.
        if (spec.RequiredNodeAffinity.Count > 0 || spec.NodeName.Length > 0)
        {
            return Count(key, spec);
        }

        var labels = spec.NodeSelector.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}");
        var same = string.Join('\n', labels.Prepend(key));
        if (!_domains.TryGetValue(same, out var count))
        {
            _domains[same] = count = Count(key, spec);
        }

        return count;
    }

    private int Count(string key, PodSpec spec)
    {
        var values = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in _nodes!)
        {
            if (node.TakesPods && DomainOf(node, key) is { Length: > 0 } domain && Allows(spec, node))
            {
                values.Add(domain);
            }
        }

        return values.Count;
    }

    /// <summary>The value of a node's label; a node's own name stands for that of its host.</summary>
    private static string? DomainOf(Node node, string key) => key switch
    {
        WellKnownLabels.Hostname => node.Name,
        WellKnownLabels.Zone => node.Zone,
        _ => node.Labels.GetValueOrDefault(key),
    };

    private static bool Allows(PodSpec spec, Node node)
    {
        if (spec.NodeName.Length > 0 && spec.NodeName != node.Name)
        {
            return false;
        }

        foreach (var (key, value) in spec.NodeSelector)
        {
            if (node.Labels.GetValueOrDefault(key) != value)
            {
                return false;
            }
        }

        return spec.RequiredNodeAffinity.Count == 0 || spec.RequiredNodeAffinity.Any(term => Meets(node, term));
    }

    private static bool Meets(Node node, NodeSelectorTerm term) =>
        term.MatchExpressions.Count + term.MatchFields.Count > 0
        && term.MatchExpressions.All(requirement => Meets(node.Labels, requirement))
        && (term.MatchFields.Count == 0 || term.MatchFields.All(requirement => Meets(FieldsOf(node), requirement)));

    private static Dictionary<string, string> FieldsOf(Node node) => new(StringComparer.Ordinal) { ["metadata.name"] = node.Name };

    /// <summary>Beside what label selectors know there are <c>Gt</c> and <c>Lt</c>, of whole numbers.</summary>
    private static bool Meets(IReadOnlyDictionary<string, string> labels, LabelSelectorRequirement requirement) =>
        requirement.Operator is not ("Gt" or "Lt")
            ? requirement.Matches(labels)
            : labels.TryGetValue(requirement.Key, out var text)
                && requirement.Values is [var limit]
                && long.TryParse(text, out var value)
                && long.TryParse(limit, out var bound)
                && (requirement.Operator == "Gt" ? value > bound : value < bound);
}
