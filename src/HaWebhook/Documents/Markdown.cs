using System.Text;

namespace HaWebhook.Documents;

/// <summary>Writes Markdown as GitHub reads it.</summary>
internal sealed class Markdown
{
    private readonly StringBuilder _text = new();

    /// <summary>A heading. Its anchor is its text, where that is a rule's id.</summary>
    public void Heading(int level, string text) => Block($"{new string('#', level)} {text}");

    /// <summary>A paragraph of Markdown.</summary>
    public void Block(string markdown) => _text.Append(_text.Length == 0 ? "" : "\n").Append(markdown.TrimEnd('\n')).Append('\n');

    /// <summary>A list of Markdown.</summary>
    public void List(IEnumerable<string> items) => Block(string.Concat(items.Select(item => $"- {item}\n")));

    /// <summary>A table of Markdown; its first row is the heading.</summary>
    public void Table(IEnumerable<IReadOnlyList<string>> rows) =>
        Block(string.Concat(rows.Select((row, index) => Row(row) + (index == 0 ? Row([.. row.Select(_ => "---")]) : ""))));

    /// <summary>A piece of YAML.</summary>
    public void Yaml(string yaml) => Block($"```yaml\n{yaml.TrimEnd('\n')}\n```");

    /// <summary>Plain text as Markdown that shows it as it is.</summary>
    public static string Plain(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("`", "\\`", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal)
        .Replace("<", "\\<", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>Text as code, which holds no back-tick.</summary>
    public static string Code(string text) => $"`{text}`";

    public override string ToString() => _text.ToString();

    private static string Row(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells)} |\n";
}
