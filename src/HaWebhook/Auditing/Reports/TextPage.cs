using System.Globalization;
using HaWebhook.Checking;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Auditing.Reports;

/// <summary>Lines of at most 100 characters, broken between words; what follows a first line stands under its text.</summary>
/// <param name="terminal">Where they go.</param>
internal sealed class TextPage(Terminal terminal)
{
    /// <summary>The longest line. A word that is longer stands whole on a line of its own, so that it can be copied.</summary>
    public const int Width = 100;

    /// <summary>The colours.</summary>
    public Terminal Terminal => terminal;

    /// <summary>An empty line.</summary>
    public void Break() => terminal.WriteLine();

    /// <summary>A heading.</summary>
    public void Heading(string text)
    {
        foreach (var (line, _) in Wrap(SingleLine.Of(text), 0))
        {
            terminal.WriteLine(terminal.Bold(line));
        }
    }

    /// <summary>A text at an indent.</summary>
    public void Text(int indent, string text) => Labelled(indent, "", 0, static label => label, text);

    /// <summary>A text after a label.</summary>
    /// <param name="indent">The columns before the label.</param>
    /// <param name="label">The label.</param>
    /// <param name="width">The columns of the label and what is between it and the text.</param>
    /// <param name="colour">Colours the label.</param>
    /// <param name="text">The text.</param>
    public void Labelled(int indent, string label, int width, Func<string, string> colour, string text)
    {
        var column = indent + width;
        foreach (var (line, isFirst) in Wrap(SingleLine.Of(text), column))
        {
            terminal.WriteLine(isFirst && label.Length > 0
                ? $"{new string(' ', indent)}{colour(label)}{new string(' ', Math.Max(0, width - label.Length))}{line}"
                : $"{new string(' ', column)}{line}");
        }
    }

    /// <summary>Rows of a name and numbers, as wide as they need to be.</summary>
    /// <param name="heads">The heads, of which the first is that of the names.</param>
    /// <param name="rows">The rows.</param>
    public void Table(IReadOnlyList<string> heads, IReadOnlyList<(string Name, IReadOnlyList<int> Numbers)> rows)
    {
        var longest = rows.Select(row => row.Name.Length).Append(heads[0].Length).Max();
        var width = Math.Min(longest, Width - 4 - heads.Skip(1).Sum(head => head.Length + 3));
        terminal.WriteLine(terminal.Dim($"  {heads[0].PadRight(width)}{string.Concat(heads.Skip(1).Select(head => $"   {head}"))}".TrimEnd()));
        foreach (var (name, numbers) in rows)
        {
            var cells = numbers.Select((number, index) => "   " + Number(number).PadLeft(heads[index + 1].Length));
            terminal.WriteLine($"  {SingleLine.Of(name, width).PadRight(width)}{string.Concat(cells)}");
        }
    }

    /// <summary>The first of some names, and how many more there are.</summary>
    public static string Names(IReadOnlyList<string> names, int most) => names.Count <= most
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(most))} and {Number(names.Count - most)} more";

    /// <summary><c>1 node</c>, <c>3,000 nodes</c>.</summary>
    public static string Count(int count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    /// <summary>A number as people read it.</summary>
    public static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static IEnumerable<(string Line, bool IsFirst)> Wrap(string text, int column)
    {
        var (rest, isFirst) = (text, true);
        while (rest.Length > Width - column)
        {
            var end = rest.LastIndexOf(' ', Math.Max(1, Width - column));
            end = end <= 0 ? rest.IndexOf(' ', StringComparison.Ordinal) : end;
            if (end <= 0)
            {
                break;
            }

            yield return (rest[..end], isFirst);
            (rest, isFirst) = (rest[(end + 1)..], false);
        }

        yield return (rest, isFirst);
    }
}
