using System.Globalization;
using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Patches;

/// <summary>
/// A JSON patch (RFC 6902) applied as the API server's library applies it: <c>add</c> needs the parent, <c>remove</c> the member,
/// <c>replace</c> of an absent member of a map is let through, and a negative index counts from the end.
/// </summary>
internal static class JsonPatch
{
    /// <summary>Applies every operation to a copy.</summary>
    /// <exception cref="PatchException">An operation is malformed or does not apply.</exception>
    public static JsonObject Apply(JsonObject value, JsonArray patch)
    {
        var target = value.DeepClone();
        foreach (var item in patch)
        {
            var operation = item as JsonObject ?? throw new PatchException("a patch operation must be an object");
            var path = operation.Text("path") ?? (operation["path"] is not null ? "" : throw new PatchException("an operation without a path"));
            target = operation.Text("op") switch
            {
                "add" => Add(target, path, Value(operation)),
                "replace" => Replace(target, path, Value(operation)),
                "remove" => Remove(target, path, out _),
                "copy" => Add(target, path, Find(target, From(operation))?.DeepClone()),
                "move" => Add(Remove(target, From(operation), out var moved), path, moved?.DeepClone()),
                "test" when JsonNode.DeepEquals(FindOrNull(target, path), operation["value"]) => target,
                "test" => throw new PatchException($"testing value {path} failed"),
                var other => throw new PatchException($"Unexpected kind: {other}"),
            };
        }

        return target as JsonObject ?? throw new PatchException("the patched object is not an object");
    }

    private static JsonNode? Value(JsonObject operation)
        => operation.ContainsKey("value") ? operation["value"]?.DeepClone() : throw new PatchException("an operation without a value");

    private static string From(JsonObject operation) => operation.Text("from") ?? throw new PatchException("an operation without from");

    private static JsonNode Add(JsonNode? root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value ?? throw new PatchException("the whole object cannot be null");
        }

        var (parent, last) = Parent(root, path, "add");
        if (parent is JsonObject map)
        {
            map[last] = value;
        }
        else
        {
            var list = parent.AsArray();
            list.Insert(last == "-" ? list.Count : Index(list, last, path, extra: 1), value);
        }

        return root!;
    }

    private static JsonNode Replace(JsonNode? root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value ?? throw new PatchException("the whole object cannot be null");
        }

        var (parent, last) = Parent(root, path, "replace");
        if (parent is JsonObject map)
        {
            map[last] = value;
        }
        else
        {
            var list = parent.AsArray();
            list[Index(list, last, path, extra: 0)] = value;
        }

        return root!;
    }

    private static JsonNode? Remove(JsonNode? root, string path, out JsonNode? removed)
    {
        var (parent, last) = Parent(root, path, "remove");
        if (parent is JsonObject map)
        {
            if (!map.TryGetPropertyValue(last, out removed))
            {
                throw new PatchException($"Unable to remove nonexistent key: {last}: missing value");
            }

            map.Remove(last);
        }
        else
        {
            var list = parent.AsArray();
            var index = Index(list, last, path, extra: 0);
            removed = list[index];
            list.RemoveAt(index);
        }

        return root;
    }

    private static JsonNode? FindOrNull(JsonNode? root, string path)
    {
        try
        {
            return Find(root, path);
        }
        catch (PatchException)
        {
            return null;
        }
    }

    private static JsonNode? Find(JsonNode? root, string path)
    {
        if (path.Length == 0)
        {
            return root;
        }

        var (parent, last) = Parent(root, path, "get");
        if (parent is JsonObject map)
        {
            return map.TryGetPropertyValue(last, out var value) ? value : throw new PatchException($"missing value at {path}");
        }

        var list = parent.AsArray();
        return list[Index(list, last, path, extra: 0)];
    }

    private static (JsonNode Parent, string Last) Parent(JsonNode? root, string path, string operation)
    {
        if (path[0] != '/')
        {
            throw new PatchException($"the path \"{path}\" does not begin with a slash");
        }

        var parts = path[1..].Split('/');
        var node = root;
        for (var index = 0; index < parts.Length - 1; index++)
        {
            node = node switch
            {
                JsonObject map => map[Decode(parts[index])],
                JsonArray list => list[Index(list, parts[index], path, extra: 0)],
                _ => null,
            };
        }

        return node is JsonObject or JsonArray
            ? (node, Decode(parts[^1]))
            : throw new PatchException($"{operation} operation does not apply: doc is missing path: \"{path}\": missing value");
    }

    private static int Index(JsonArray list, string text, string path, int extra)
    {
        var limit = list.Count + extra;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) && index < limit && index >= -limit
            ? index < 0 ? index + limit : index
            : throw new PatchException($"Unable to access invalid index: {text} at {path}: invalid index referenced");
    }

    private static string Decode(string part) => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
