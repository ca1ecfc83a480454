using System.Globalization;
using System.Text.Json.Nodes;

namespace HaWebhook.Policy.Tests;

/// <summary>Changes JSON at paths such as <c>spec.template.spec.containers[0].name</c>.</summary>
internal static class JsonEdit
{
    public static JsonNode With(this JsonNode root, string path, JsonNode? value)
    {
        var (parent, last) = ParentOf(root, path);
        if (parent is JsonArray array)
        {
            array[int.Parse(last, CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            parent[last] = value;
        }

        return root;
    }

    /// <summary>Sets a value that is given as JSON.</summary>
    public static JsonNode WithJson(this JsonNode root, string path, string json) => root.With(path, JsonNode.Parse(json));

    public static JsonNode Without(this JsonNode root, string path)
    {
        var (parent, last) = ParentOf(root, path);
        if (parent is JsonArray array)
        {
            array.RemoveAt(int.Parse(last, CultureInfo.InvariantCulture));
        }
        else if (!parent.AsObject().Remove(last))
        {
            throw new ArgumentException($"there is no {path}", nameof(path));
        }

        return root;
    }

    /// <summary>Sets annotations of HaWebhook's own domain, as in <c>exempt=all; exempt-reason=a test</c>.</summary>
    public static JsonNode WithAnnotations(this JsonNode root, string path, string annotations)
    {
        var parent = root.At(path).AsObject();
        foreach (var pair in annotations.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(annotation => annotation.TrimStart().Split('=', 2)))
        {
            parent["ha-webhook.io/" + pair[0]] = pair[1];
        }

        return root;
    }

    private static JsonNode At(this JsonNode root, string path)
    {
        var (parent, last) = ParentOf(root, path);
        return Child(parent, last);
    }

    private static (JsonNode Parent, string Last) ParentOf(JsonNode root, string path)
    {
        var steps = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        var parent = steps[..^1].Aggregate(root, Child);
        return (parent, steps[^1]);
    }

    private static JsonNode Child(JsonNode node, string step) =>
        (node is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)] : node[step])
        ?? throw new ArgumentException($"there is no {step}", nameof(step));
}
