namespace HaWebhook.Policy.Objects;

/// <summary>
/// What <c>nodeSelector</c> and required node affinity leave to the scheduler: whether all nodes that they allow agree in one label, or in their name.
/// A term that contradicts itself or the selector allows no node. What <c>Gt</c> and <c>Lt</c> leave counts as many.
/// </summary>
internal static class NodeChoice
{
    private const string NameField = "metadata.name";

    /// <summary>The name that a node label has today: nodes that still carry the former one carry both, with the same value.</summary>
    public static string CurrentName(string key) => key == WellKnownLabels.FormerZone ? WellKnownLabels.Zone : key;

    /// <summary>Whether a pod can run on one node only.</summary>
    public static bool IsOneNode(PodSpec spec) =>
        spec.NodeName.Length > 0 || OnlyLabel(spec, WellKnownLabels.Hostname) is not null || OnlyName(spec) is not null;

    /// <summary>The value that this label has on every node that is allowed; null where there are several, none, or nodes without it.</summary>
    public static string? OnlyLabel(PodSpec spec, string key) => Only(spec, new(CurrentName(key), IsField: false));

    /// <summary>The name of the only node that the affinity allows by its name; null where there are several, or none.</summary>
    public static string? OnlyName(PodSpec spec) => Only(spec, new(NameField, IsField: true));

    /// <summary>The key under which the selector names this label; null where it does not.</summary>
    public static string? KeyInSelector(PodSpec spec, string key) =>
        spec.NodeSelector.ContainsKey(key) ? key
        : key == WellKnownLabels.Zone && spec.NodeSelector.ContainsKey(WellKnownLabels.FormerZone) ? WellKnownLabels.FormerZone
        : null;

    private static string? Only(PodSpec spec, NodeProperty property)
    {
        var terms = spec.RequiredNodeAffinity;
        var isSelected = !property.IsField && KeyInSelector(spec, property.Key) is not null;
        if ((!isSelected && !AnyNames(terms, property)) || SelectsTwoZones(spec))
        {
            return null;
        }

        var selector = new Choice();
        Select(spec, property, selector);
        if (terms.Count == 0)
        {
            return selector.Only;
        }

        string? only = null;
        foreach (var term in terms)
        {
            if (ChoicesOf(term, spec) is not { } choices)
            {
                continue;
            }

            var value = choices.GetValueOrDefault(property, selector).Only;
            if (value is null || (only is not null && only != value))
            {
                return null;
            }

            only = value;
        }

        return only;
    }

    /// <summary>What a term and the selector leave of every property that the term names; null where they leave no node.</summary>
    private static Dictionary<NodeProperty, Choice>? ChoicesOf(NodeSelectorTerm term, PodSpec spec)
    {
        var choices = new Dictionary<NodeProperty, Choice>();
        foreach (var requirement in term.MatchExpressions)
        {
            Narrow(new(CurrentName(requirement.Key), IsField: false), requirement);
        }

        foreach (var requirement in term.MatchFields)
        {
            Narrow(new(requirement.Key, IsField: true), requirement);
        }

        foreach (var (_, choice) in choices)
        {
            if (choice.IsNothing)
            {
                return null;
            }
        }

        // A term without requirements is met by no node.
        return choices.Count == 0 ? null : choices;

        void Narrow(NodeProperty property, LabelSelectorRequirement requirement)
        {
            if (!choices.TryGetValue(property, out var choice))
            {
                choices.Add(property, choice = new());
                Select(spec, property, choice);
            }

            choice.Narrow(requirement);
        }
    }

    private static void Select(PodSpec spec, NodeProperty property, Choice choice)
    {
        if (property.IsField)
        {
            // Every node has its fields.
            choice.Drop([null]);
            return;
        }

        if (spec.NodeSelector.TryGetValue(property.Key, out var value))
        {
            choice.Keep([value]);
        }

        if (property.Key == WellKnownLabels.Zone && spec.NodeSelector.TryGetValue(WellKnownLabels.FormerZone, out var former))
        {
            choice.Keep([former]);
        }
    }

    /// <summary>Whether the selector asks for one zone under its name of today and for another under the former one, which no node has.</summary>
    private static bool SelectsTwoZones(PodSpec spec) =>
        spec.NodeSelector.TryGetValue(WellKnownLabels.Zone, out var zone)
        && spec.NodeSelector.TryGetValue(WellKnownLabels.FormerZone, out var former)
        && zone != former;

    private static bool AnyNames(IReadOnlyList<NodeSelectorTerm> terms, NodeProperty property)
    {
        foreach (var term in terms)
        {
            foreach (var requirement in property.IsField ? term.MatchFields : term.MatchExpressions)
            {
                if ((property.IsField ? requirement.Key : CurrentName(requirement.Key)) == property.Key)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>A label or a field of nodes.</summary>
    private readonly record struct NodeProperty(string Key, bool IsField);

    /// <summary>The values that are left of a property: some, or all but some. Null stands for a node that lacks it.</summary>
    private sealed class Choice
    {
        private HashSet<string?>? _values;
        private bool _isLimited;

        public bool IsNothing => _isLimited && _values!.Count == 0;

        /// <summary>The value where only one is left.</summary>
        public string? Only
        {
            get
            {
                if (_isLimited && _values!.Count == 1)
                {
                    foreach (var value in _values)
                    {
                        return value;
                    }
                }

                return null;
            }
        }

        public void Narrow(LabelSelectorRequirement requirement)
        {
            switch (requirement.Operator)
            {
                case "In":
                    Keep(requirement.Values ?? []);
                    break;
                case "NotIn":
                    Drop(requirement.Values ?? []);
                    break;
                case "Exists" or "Gt" or "Lt":
                    Drop([null]);
                    break;
                case "DoesNotExist":
                    Keep([null]);
                    break;
                default:
                    Keep([]);
                    break;
            }
        }

        public void Keep(IReadOnlyList<string?> values)
        {
            if (_isLimited)
            {
                _values!.IntersectWith(values);
                return;
            }

            var kept = new HashSet<string?>(values, StringComparer.Ordinal);
            if (_values is not null)
            {
                kept.ExceptWith(_values);
            }

            (_values, _isLimited) = (kept, true);
        }

        public void Drop(IReadOnlyList<string?> values)
        {
            _values ??= new(StringComparer.Ordinal);
            if (_isLimited)
            {
                _values.ExceptWith(values);
            }
            else
            {
                _values.UnionWith(values);
            }
        }
    }
}
