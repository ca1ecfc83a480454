using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads the part of a <c>nodeAffinity</c> that is required for scheduling.</summary>
internal static class NodeAffinityReader
{
    public static IReadOnlyList<NodeSelectorTerm> ReadRequired(ref JsonCursor json)
    {
        List<NodeSelectorTerm>? terms = null;
        if (!json.BeginObject())
        {
            return [];
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("requiredDuringSchedulingIgnoredDuringExecution"u8, ref seen, 0))
            {
                terms = NodeSelector(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return terms ?? (IReadOnlyList<NodeSelectorTerm>)[];
    }

    private static List<NodeSelectorTerm>? NodeSelector(ref JsonCursor json)
    {
        List<NodeSelectorTerm>? terms = null;
        if (!json.BeginObject())
        {
            return null;
        }

        ulong seen = 0;
        while (json.NextProperty())
        {
            if (!json.Is("nodeSelectorTerms"u8, ref seen, 0))
            {
                json.Skip();
                continue;
            }

            for (var inside = json.BeginArray(); inside && json.NextItem();)
            {
                (terms ??= []).Add(Term(ref json));
            }
        }

        return terms;
    }

    private static NodeSelectorTerm Term(ref JsonCursor json)
    {
        IReadOnlyList<LabelSelectorRequirement>? expressions = null, fields = null;
        if (json.BeginObject())
        {
            ulong seen = 0;
            while (json.NextProperty())
            {
                if (json.Is("matchExpressions"u8, ref seen, 0))
                {
                    expressions = SelectorReader.Requirements(ref json);
                }
                else if (json.Is("matchFields"u8, ref seen, 1))
                {
                    fields = SelectorReader.Requirements(ref json);
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return new(expressions ?? [], fields ?? []);
    }
}
