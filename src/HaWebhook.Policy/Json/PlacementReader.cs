using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads what tells the scheduler where pods go: spread constraints and affinity.</summary>
internal static class PlacementReader
{
    private static readonly WellKnownWords _topologyKeys = new("kubernetes.io/hostname", "topology.kubernetes.io/zone");
    private static readonly WellKnownWords _whenUnsatisfiable = new("ScheduleAnyway", "DoNotSchedule");

    public static IReadOnlyList<TopologySpreadConstraint> ReadConstraints(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return [];
        }

        var constraints = new List<TopologySpreadConstraint>();
        while (json.NextItem())
        {
            string key = "", whenUnsatisfiable = "DoNotSchedule";
            var maxSkew = 1;
            LabelSelector? selector = null;
            IReadOnlyList<string>? matchLabelKeys = null;
            int? minDomains = null;
            ulong seen = 0;
            if (!json.BeginObject())
            {
                continue;
            }

            while (json.NextProperty())
            {
                if (json.Is("maxSkew"u8, ref seen, 0))
                {
                    maxSkew = json.Int32OrNull() ?? 1;
                }
                else if (json.Is("topologyKey"u8, ref seen, 1))
                {
                    key = json.OneOf(_topologyKeys) ?? json.String();
                }
                else if (json.Is("whenUnsatisfiable"u8, ref seen, 2))
                {
                    whenUnsatisfiable = json.OneOf(_whenUnsatisfiable) ?? json.String();
                }
                else if (json.Is("labelSelector"u8, ref seen, 3))
                {
                    selector = SelectorReader.Read(ref json);
                }
                else if (json.Is("matchLabelKeys"u8, ref seen, 4))
                {
                    matchLabelKeys = MetadataReader.List(ref json);
                }
                else if (json.Is("minDomains"u8, ref seen, 5))
                {
                    minDomains = json.Int32OrNull();
                }
                else
                {
                    json.Skip();
                }
            }

            constraints.Add(new(maxSkew, key, whenUnsatisfiable, selector, matchLabelKeys, minDomains));
        }

        return constraints;
    }

    public static Affinity ReadAffinity(ref JsonCursor json)
    {
        var affinity = Affinity.None;
        if (!json.BeginObject())
        {
            return affinity;
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("podAntiAffinity"u8, ref seen, 0))
            {
                affinity = affinity with { PodAntiTerms = Terms(ref json) };
            }
            else if (json.Is("nodeAffinity"u8, ref seen, 1))
            {
                affinity = affinity with { RequiredNodeTerms = NodeAffinityReader.ReadRequired(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return affinity;
    }

    private static IReadOnlyList<PodAffinityTerm> Terms(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return [];
        }

        List<PodAffinityTerm> required = [], preferred = [];
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("requiredDuringSchedulingIgnoredDuringExecution"u8, ref seen, 0))
            {
                for (var inside = json.BeginArray(); inside && json.NextItem();)
                {
                    required.Add(Term(ref json, "requiredDuringSchedulingIgnoredDuringExecution", ""));
                }
            }
            else if (json.Is("preferredDuringSchedulingIgnoredDuringExecution"u8, ref seen, 1))
            {
                for (var inside = json.BeginArray(); inside && json.NextItem();)
                {
                    preferred.Add(WeightedTerm(ref json, "preferredDuringSchedulingIgnoredDuringExecution"));
                }
            }
            else
            {
                json.Skip();
            }
        }

        return [.. required, .. preferred];
    }

    private static PodAffinityTerm WeightedTerm(ref JsonCursor json, string list)
    {
        var term = new PodAffinityTerm("", null, [], false, [], list);
        if (!json.BeginObject())
        {
            return term;
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("podAffinityTerm"u8, ref seen, 0))
            {
                term = Term(ref json, list, ".podAffinityTerm");
            }
            else
            {
                json.Skip();
            }
        }

        return term;
    }

    /// <summary>A term; its field names it by its topology key, because an index shifts when a term is added.</summary>
    private static PodAffinityTerm Term(ref JsonCursor json, string list, string below)
    {
        var key = "";
        LabelSelector? selector = null;
        IReadOnlyList<string> namespaces = [], mismatch = [];
        var hasNamespaceSelector = false;
        ulong seen = 0;
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (json.Is("topologyKey"u8, ref seen, 0))
                {
                    key = json.OneOf(_topologyKeys) ?? json.String();
                }
                else if (json.Is("labelSelector"u8, ref seen, 1))
                {
                    selector = SelectorReader.Read(ref json);
                }
                else if (json.Is("namespaces"u8, ref seen, 2))
                {
                    namespaces = MetadataReader.List(ref json);
                }
                else if (json.Is("namespaceSelector"u8, ref seen, 3))
                {
                    hasNamespaceSelector = SelectorReader.Read(ref json) is not null;
                }
                else if (json.Is("mismatchLabelKeys"u8, ref seen, 4))
                {
                    mismatch = MetadataReader.List(ref json);
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return new(key, selector, namespaces, hasNamespaceSelector, mismatch, $"{list}[{key}]{below}");
    }
}

/// <summary>What an <c>affinity</c> says that rules read.</summary>
/// <param name="PodAntiTerms">Terms of pod anti-affinity, required before preferred.</param>
/// <param name="RequiredNodeTerms">Terms of the node affinity that is required for scheduling.</param>
internal readonly record struct Affinity(IReadOnlyList<PodAffinityTerm> PodAntiTerms, IReadOnlyList<NodeSelectorTerm> RequiredNodeTerms)
{
    public static readonly Affinity None = new([], []);
}
