using System.Globalization;
using System.Text;

namespace HaWebhook.Fixing;

/// <summary>Shows changes as <c>git apply</c> and <c>patch</c> take them: a unified diff with three lines around each change.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The diff of a file; empty without changes.</summary>
    /// <param name="path">The file, with slashes, from where the diff is to be applied.</param>
    /// <param name="text">Its text before.</param>
    /// <param name="edits">What changes, in the order of the text.</param>
    public static string Write(string path, string text, IReadOnlyList<TextEdit> edits)
    {
        var lines = Split(text);
        var diff = new StringBuilder();
        List<Change> hunk = [];
        var moved = 0;
        foreach (var change in Changes(text, lines, edits))
        {
            if (hunk.Count > 0 && change.Start - hunk[^1].End > 2 * Context)
            {
                moved += WriteHunk(diff, lines, hunk, moved);
                hunk.Clear();
            }

            hunk.Add(change);
        }

        if (hunk.Count > 0)
        {
            WriteHunk(diff, lines, hunk, moved);
        }

        return diff.Length == 0 ? "" : $"--- {Name("a/" + path)}\n+++ {Name("b/" + path)}\n{diff}";
    }

    /// <summary>The lines that change, without those that only stand where something changes beside them.</summary>
    private static IEnumerable<Change> Changes(string text, List<string> lines, IReadOnlyList<TextEdit> edits)
    {
        var starts = StartsOf(lines);
        int LineOf(int index)
        {
            var found = starts.BinarySearch(index);
            return found >= 0 ? found : ~found - 1;
        }

        for (var i = 0; i < edits.Count;)
        {
            var (first, next) = (LineOf(edits[i].Start), i);
            var last = first;
            for (; next < edits.Count && LineOf(edits[next].Start) <= last; next++)
            {
                last = Math.Max(last, LineOf(edits[next].Start + edits[next].Length));
            }

            var offset = starts[first];
            var old = text[offset..(last + 1 < lines.Count ? starts[last + 1] : text.Length)];
            var added = Split(TextEdit.Apply(old, edits.Skip(i).Take(next - i).Select(edit => edit with { Start = edit.Start - offset })));
            var change = Trim(lines, first, last + 1, added);
            if (change.Start < change.End || change.Added.Count > 0)
            {
                yield return change;
            }

            i = next;
        }
    }

    private static Change Trim(List<string> lines, int start, int end, List<string> added)
    {
        var same = 0;
        while (start < end && same < added.Count && lines[start] == added[same])
        {
            start++;
            same++;
        }

        var kept = added.Count;
        while (start < end && same < kept && lines[end - 1] == added[kept - 1])
        {
            end--;
            kept--;
        }

        return new(start, end, added[same..kept]);
    }

    /// <summary>Writes changes that stand close together, and says by how many lines they move what follows.</summary>
    private static int WriteHunk(StringBuilder diff, List<string> lines, List<Change> hunk, int moved)
    {
        var start = Math.Max(0, hunk[0].Start - Context);
        var end = Math.Min(lines.Count, hunk[^1].End + Context);
        var grown = hunk.Sum(change => change.Added.Count - (change.End - change.Start));
        diff.Append(CultureInfo.InvariantCulture, $"@@ -{Range(start, end - start)} +{Range(start + moved, end - start + grown)} @@\n");
        var position = start;
        foreach (var change in hunk)
        {
            Append(diff, ' ', lines[position..change.Start]);
            Append(diff, '-', lines[change.Start..change.End]);
            Append(diff, '+', change.Added);
            position = change.End;
        }

        Append(diff, ' ', lines[position..end]);
        return grown;
    }

    private static void Append(StringBuilder diff, char sign, List<string> lines)
    {
        foreach (var line in lines)
        {
            diff.Append(sign).Append(line).Append(line.EndsWith('\n') ? "" : "\n\\ No newline at end of file\n");
        }
    }

    private static string Range(int start, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? start : start + 1)},{count}");

    /// <summary>A name with white space ends with a tab, and one with stranger characters is quoted, as git has it.</summary>
    private static string Name(string name)
    {
        if (!name.Any(character => char.IsControl(character) || character is '"' or '\\'))
        {
            return name.Contains(' ', StringComparison.Ordinal) ? name + "\t" : name;
        }

        var quoted = new StringBuilder("\"");
        foreach (var unit in Encoding.UTF8.GetBytes(name))
        {
            var isPlain = unit is >= 0x20 and < 0x7f and not ((byte)'"' or (byte)'\\');
            quoted.Append(isPlain ? ((char)unit).ToString() : $"\\{Convert.ToString(unit, 8).PadLeft(3, '0')}");
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>The lines of a text with their line feeds.</summary>
    private static List<string> Split(string text)
    {
        List<string> lines = [];
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is >= 0 and var feed ? feed + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }

    private static List<int> StartsOf(List<string> lines)
    {
        List<int> starts = [];
        var start = 0;
        foreach (var line in lines)
        {
            starts.Add(start);
            start += line.Length;
        }

        return starts;
    }

    /// <summary>Lines from start to before the end that others take the place of.</summary>
    private sealed record Change(int Start, int End, List<string> Added);
}
