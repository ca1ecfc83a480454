using HaWebhook.Policy.Manifests;

namespace HaWebhook.Fixing;

/// <summary>Adds fields to a mapping in braces, in YAML or JSON: on lines of their own where its keys have that, else before the brace.</summary>
internal static class FlowFill
{
    public static IEnumerable<TextEdit> Edits(string text, FillTarget target, IReadOnlyList<NewField> fields)
    {
        var mapping = target.Mapping;
        var brace = mapping.End - 1;
        if (text[brace] != '}')
        {
            throw new NotFixableException($"{target.Field} is written without braces; must be written out to be fixed");
        }

        var style = FlowStyle.Of(text, target.Path);
        List<TextEdit> edits = [];
        List<NewField> added = [];
        foreach (var field in fields)
        {
            if (target.Entry(field.Name) is { } entry)
            {
                edits.Add(Replace(text, target, entry, style.Value(field.Value)));
            }
            else
            {
                added.Add(field);
            }
        }

        if (added.Count == 0)
        {
            return edits;
        }

        if (mapping.Entries.Count == 0)
        {
            edits.Add(new(brace, 0, string.Join(style.Comma, added.Select(style.Entry))));
            return edits;
        }

        var last = mapping.Entries[^1];
        if (TextLines.IsFirst(text, brace) && TextLines.IsFirst(text, last.Key.Start))
        {
            edits.AddRange(AddLines(text, last, brace, added, style.Expanded(text, last.Key.Start, brace)));
        }
        else
        {
            edits.Add(new(last.Value.End, 0, string.Concat(added.Select(field => style.Comma + style.Entry(field)))));
        }

        return edits;
    }

    private static IEnumerable<TextEdit> AddLines(string text, EntryLayout last, int brace, List<NewField> fields, FlowStyle style)
    {
        var lines = string.Join(",", fields.Select(field => style.Break + style.Entry(field)));
        var comma = CommaAfter(text, last.Value.End, brace);
        if (comma >= 0)
        {
            return [new(TextLines.EndOf(text, comma), 0, lines + ",")];
        }

        return [new(last.Value.End, 0, ","), new(TextLines.EndOf(text, last.Value.End), 0, lines)];
    }

    private static TextEdit Replace(string text, FillTarget target, EntryLayout entry, string value)
    {
        var colon = text.AsSpan(entry.Key.End..Math.Max(entry.Key.End, entry.Value.End)).IndexOf(':');
        if (!entry.Value.IsEmpty || entry.Value.Anchor.Length > 0 || colon < 0)
        {
            throw new NotFixableException($"{target.Field}.{entry.Name} is written in a way that cannot be filled in; must be removed to be fixed");
        }

        var isMissing = entry.Value.Start == entry.Value.End;
        return isMissing
            ? new(entry.Key.End + colon + 1, 0, " " + value)
            : new(entry.Value.Start, entry.Value.End - entry.Value.Start, value);
    }

    /// <summary>The comma that may follow the last value of a mapping in YAML; -1 for none.</summary>
    private static int CommaAfter(string text, int start, int brace)
    {
        for (var i = start; i < brace; i++)
        {
            if (text[i] == ',')
            {
                return i;
            }

            if (text[i] == '#')
            {
                i = TextLines.EndOf(text, i);
            }
        }

        return -1;
    }
}
