using System.Text.Json;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Checking;

/// <summary>Shows what is filled in as people would write it: the added lines of YAML, under the place they go to.</summary>
internal static class PatchDiff
{
    /// <summary>The lines, without indentation in front.</summary>
    public static IEnumerable<(bool IsAdded, string Text)> Lines(IEnumerable<RuleChange> changes)
    {
        foreach (var place in changes.GroupBy(change => PlaceOf(change.Change)))
        {
            yield return (false, place.Key);
            foreach (var change in place)
            {
                using var value = JsonDocument.Parse(change.Change.Value);
                yield return (true, $"{change.Change.FieldName}:{Inline(value.RootElement)}");
                foreach (var line in Block(value.RootElement, value.RootElement.ValueKind == JsonValueKind.Array ? 0 : 1))
                {
                    yield return (true, line);
                }
            }
        }
    }

    private static string PlaceOf(Policy.Rules.Change change)
    {
        var parent = change.Path[1..change.Path.LastIndexOf('/')].Replace('/', '.');
        return change.Container.Length == 0 ? parent : $"{parent[..parent.LastIndexOf('.')]}[{change.Container}]";
    }

    private static string Inline(JsonElement value) => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? "" : " " + Scalar(value);

    private static IEnumerable<string> Block(JsonElement value, int depth)
    {
        var indent = new string(' ', depth * 2);
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                yield return $"{indent}{member.Name}:{Inline(member.Value)}";
                foreach (var line in Block(member.Value, member.Value.ValueKind == JsonValueKind.Array ? depth : depth + 1))
                {
                    yield return line;
                }
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                var lines = item.ValueKind == JsonValueKind.Object ? Block(item, depth + 1).ToList() : [indent + "  " + Scalar(item)];
                yield return $"{indent}- {lines[0].TrimStart()}";
                foreach (var line in lines.Skip(1))
                {
                    yield return line;
                }
            }
        }
    }

    private static string Scalar(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return value.GetRawText();
        }

        return FlowYaml.Scalar(SingleLine.Of(value.GetString()!));
    }
}
