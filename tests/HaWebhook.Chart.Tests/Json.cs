using System.Text.Json.Nodes;

namespace HaWebhook.Chart.Tests;

/// <summary>Short ways through JSON. A path's steps are parted by slashes; a step that is a number is an index.</summary>
internal static class Json
{
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var step in path.Split('/'))
        {
            node = node switch
            {
                JsonArray list when int.TryParse(step, out var index) => index < list.Count ? list[index] : null,
                JsonObject map => map[step],
                _ => null,
            };
        }

        return node;
    }

    public static string Text(this JsonNode? node, string path) =>
        node.At(path)?.ToString() ?? throw new InvalidDataException($"there is no {path} in {node}");

    public static IReadOnlyList<string> Texts(this JsonNode? node, string path) => [.. node.Items(path).Select(item => item!.ToString())];

    public static IReadOnlyList<JsonNode?> Items(this JsonNode? node, string path) => node.At(path) is JsonArray list ? [.. list] : [];

    public static string Kind(this JsonNode node) => node.Text("kind");

    public static string Name(this JsonNode node) => node.Text("metadata/name");

    public static string Id(this JsonNode node) => $"{node.Kind()}/{node.Name()}";
}
