using HaWebhook.Policy.Manifests;

namespace HaWebhook.Fixing;

/// <summary>Adds fields to a mapping in blocks: as lines of their own, after its last key and the comments that go with it.</summary>
internal static class BlockFill
{
    public static IEnumerable<TextEdit> Edits(string text, FillTarget target, IReadOnlyList<NewField> fields)
    {
        var column = ColumnOf(text, target.Mapping);
        var style = StyleOf(text, target.Path);
        var indent = new string(' ', column);
        List<TextEdit> edits = [];
        List<string> added = [];
        foreach (var field in fields)
        {
            var lines = BlockYaml.Lines(field.Name, field.Value, style).ToList();
            if (target.Entry(field.Name) is { } entry)
            {
                edits.AddRange(Replace(text, target, entry, [lines[0], .. lines.Skip(1).Select(line => indent + line)]));
            }
            else
            {
                added.AddRange(lines.Select(line => indent + line));
            }
        }

        if (added.Count > 0)
        {
            edits.Add(LinesAfter(text, EndOf(text, target.Mapping.End, column), added));
        }

        return edits;
    }

    /// <summary>Puts a value in the place of one that is null or empty. A comment behind it stays on the line of the key.</summary>
    private static IEnumerable<TextEdit> Replace(string text, FillTarget target, EntryLayout entry, IReadOnlyList<string> lines)
    {
        var start = text.IndexOf(':', entry.Key.End) + 1;
        var end = Math.Max(start, entry.Value.End);
        if (!entry.Value.IsEmpty || entry.Value.Anchor.Length > 0 || text.AsSpan(start..end).ContainsAny('\n', '\r'))
        {
            throw new NotFixableException($"{target.Field}.{entry.Name} is written in a way that cannot be filled in; must be removed to be fixed");
        }

        yield return new(start, end - start, lines[0][(lines[0].IndexOf(':', StringComparison.Ordinal) + 1)..]);
        if (lines.Count > 1)
        {
            yield return LinesAfter(text, TextLines.EndOf(text, end), lines.Skip(1));
        }
    }

    private static TextEdit LinesAfter(string text, int end, IEnumerable<string> lines)
    {
        var lineBreak = TextLines.BreakFor(text, end);
        return new(end, 0, string.Concat(lines.Select(line => lineBreak + line)));
    }

    /// <summary>
    /// The end of the last line that belongs to a mapping. Comments right below, indented at least as far as its keys, do:
    /// most of them are items that somebody commented out.
    /// </summary>
    private static int EndOf(string text, int contentEnd, int column)
    {
        var end = TextLines.EndOf(text, contentEnd);
        while (TextLines.NextStart(text, end) is >= 0 and var start)
        {
            var comment = start + text.AsSpan(start).IndexOfAnyExcept(' ');
            if (comment < start || text[comment] != '#' || comment - start < column)
            {
                break;
            }

            end = TextLines.EndOf(text, comment);
        }

        return end;
    }

    private static int ColumnOf(string text, NodeLayout mapping) => TextLines.ColumnOf(text, mapping.Entries[0].Key.Start);

    /// <summary>The indentation that the text already has, as near to the new fields as it shows; where it does not, kubectl's.</summary>
    private static BlockStyle StyleOf(string text, IReadOnlyList<NodeLayout> path)
    {
        int? mapping = null, dash = null, item = null;
        foreach (var node in path.Reverse())
        {
            item ??= ItemIndent(text, node);
            if (node.Style != NodeStyle.BlockMapping)
            {
                continue;
            }

            var column = ColumnOf(text, node);
            foreach (var entry in node.Entries)
            {
                mapping ??= entry.Value.Style == NodeStyle.BlockMapping ? Deeper(ColumnOf(text, entry.Value) - column) : null;
                dash ??= Deeper(DashColumn(text, entry.Value) - column);
                item ??= ItemIndent(text, entry.Value);
            }
        }

        var otherwise = new BlockStyle();
        return new(mapping ?? otherwise.Mapping, dash ?? otherwise.Dash, item ?? otherwise.Item);
    }

    /// <summary>An indentation; null where there is none, as below a key that starts with a question mark.</summary>
    private static int? Deeper(int? columns) => columns >= 0 ? columns : null;

    private static int? ItemIndent(string text, NodeLayout list) =>
        DashColumn(text, list) is { } dash && list.Items[0] is { Style: NodeStyle.BlockMapping } item ? ColumnOf(text, item) - dash : null;

    /// <summary>The column of a list's dashes; null where it is no list in blocks, or its first item stands below its dash.</summary>
    private static int? DashColumn(string text, NodeLayout list)
    {
        if (list.Style != NodeStyle.BlockSequence || list.Items.Count == 0)
        {
            return null;
        }

        var before = text.AsSpan(0, list.Items[0].Start).TrimEnd(' ');
        return before.EndsWith('-') ? TextLines.ColumnOf(text, before.Length - 1) : null;
    }
}
