using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Json;

/// <summary>Reads label selectors.</summary>
internal static class SelectorReader
{
    /// <summary>A selector; null where it is absent, which is not the same as empty.</summary>
    public static LabelSelector? Read(ref JsonCursor json)
    {
        if (!json.BeginObject())
        {
            return null;
        }

        IReadOnlyDictionary<string, string>? labels = null;
        List<LabelSelectorRequirement>? expressions = null;
        ulong seen = 0;
        while (json.NextProperty())
        {
            if (json.Is("matchLabels"u8, ref seen, 0))
            {
                labels = MetadataReader.Strings(ref json);
            }
            else if (json.Is("matchExpressions"u8, ref seen, 1))
            {
                expressions = Requirements(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return new LabelSelector(labels, expressions);
    }

    /// <summary>The plain map of labels that a ReplicationController has for a selector.</summary>
    public static LabelSelector? ReadMap(ref JsonCursor json)
    {
        var labels = MetadataReader.Strings(ref json);
        return labels.Count == 0 ? null : new LabelSelector(labels);
    }

    /// <summary>A list of requirements; null where it is absent.</summary>
    public static List<LabelSelectorRequirement>? Requirements(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return null;
        }

        var requirements = new List<LabelSelectorRequirement>();
        while (json.NextItem())
        {
            if (!json.BeginObject())
            {
                continue;
            }

            string key = "", @operator = "";
            IReadOnlyList<string>? values = null;
            ulong seen = 0;
            while (json.NextProperty())
            {
                if (json.Is("key"u8, ref seen, 0))
                {
                    key = json.String();
                }
                else if (json.Is("operator"u8, ref seen, 1))
                {
                    @operator = json.String();
                }
                else if (json.Is("values"u8, ref seen, 2))
                {
                    values = MetadataReader.List(ref json);
                }
                else
                {
                    json.Skip();
                }
            }

            requirements.Add(new(key, @operator, values));
        }

        return requirements;
    }
}
