using System.Text.Json;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Fixing;

/// <summary>How mappings in braces are written: JSON, tight or loose, or YAML.</summary>
/// <param name="IsQuoted">Whether every text has double quotes, as in JSON.</param>
/// <param name="Colon">What stands between a key and its value.</param>
/// <param name="Break">What stands before a key on a line of its own; empty where everything is on one line.</param>
/// <param name="Indent">By how much a line inside is indented more than the one outside; empty where everything is on one line.</param>
internal sealed record FlowStyle(bool IsQuoted, string Colon, string Break = "", string Indent = "")
{
    /// <summary>What stands between two entries on a line.</summary>
    public string Comma => Colon.EndsWith(' ') ? ", " : ",";

    /// <summary>The style of the nearest mapping in braces that shows one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">The nodes around the mapping, which is the last of them.</param>
    public static FlowStyle Of(string text, IReadOnlyList<NodeLayout> path)
    {
        var shown = path.LastOrDefault(node => node is { Style: NodeStyle.FlowMapping, Entries.Count: > 0 })?.Entries[0];
        if (shown is null || text[shown.Key.Start] != '"')
        {
            return new(IsQuoted: false, ": ");
        }

        var colon = text[shown.Key.End..Math.Max(shown.Key.End, shown.Value.Start)];
        return new(IsQuoted: true, colon is ":" or " : " ? colon : ": ");
    }

    /// <summary>The same style on lines of their own.</summary>
    /// <param name="text">The text.</param>
    /// <param name="key">A key that is the first on its line.</param>
    /// <param name="brace">The closing brace, which is the first on its line.</param>
    public FlowStyle Expanded(string text, int key, int brace)
    {
        var (inside, outside) = (text[TextLines.StartOf(text, key)..key], text[TextLines.StartOf(text, brace)..brace]);
        var indent = inside.Length > outside.Length && inside.StartsWith(outside, StringComparison.Ordinal) ? inside[outside.Length..] : "  ";
        return this with { Break = TextLines.BreakFor(text, TextLines.EndOf(text, key)) + inside, Indent = indent };
    }

    /// <summary>A key with its value.</summary>
    public string Entry(NewField field) => Entry(field.Name, field.Value);

    /// <summary>A value.</summary>
    public string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Collection("{", [.. value.EnumerateObject().Select(member => Inner.Entry(member.Name, member.Value))], "}"),
        JsonValueKind.Array => Collection("[", [.. value.EnumerateArray().Select(Inner.Value)], "]"),
        JsonValueKind.String => Text(value.GetString()!),
        _ => value.GetRawText(),
    };

    private FlowStyle Inner => this with { Break = Break + Indent };

    private string Entry(string name, JsonElement value) => Text(name) + Colon + Value(value);

    private string Text(string text) => IsQuoted ? FlowYaml.Quoted(text) : FlowYaml.Scalar(text);

    private string Collection(string open, string[] items, string close)
    {
        if (items.Length == 0 || Break.Length == 0)
        {
            return open + string.Join(Comma, items) + close;
        }

        var inside = Break + Indent;
        return open + inside + string.Join("," + inside, items) + Break + close;
    }
}
