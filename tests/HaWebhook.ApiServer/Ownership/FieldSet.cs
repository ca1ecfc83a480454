using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Ownership;

/// <summary>
/// A set of fields as <c>managedFields</c> keeps them. A field is its path from the object's root; the path's elements are those of
/// <c>fieldsV1</c> (<c>f:spec</c>, <c>k:{"name":"web"}</c>, <c>v:"x"</c>), joined by a character that no name can hold.
/// </summary>
internal sealed class FieldSet : HashSet<string>
{
    public const char Separator = '\u001f';

    public FieldSet()
        : base(StringComparer.Ordinal)
    {
    }

    public FieldSet(IEnumerable<string> paths)
        : base(paths, StringComparer.Ordinal)
    {
    }

    public static FieldSet Parse(JsonObject? fields)
    {
        var set = new FieldSet();
        Read(set, "", fields ?? []);
        return set;
    }

    /// <summary>The set as <c>fieldsV1</c>: a tree, in which a field that is owned beside its children holds a <c>.</c>.</summary>
    public JsonObject ToJson()
    {
        var root = new JsonObject();
        foreach (var path in this.Order(StringComparer.Ordinal))
        {
            var node = root;
            foreach (var element in path.Split(Separator))
            {
                if (node[element] is not JsonObject child)
                {
                    node[element] = child = [];
                }

                node = child;
            }

            // Whether it stays a leaf shows when longer paths follow; sorted, they come later.
            node["."] = new JsonObject();
        }

        DropDotsOfLeaves(root);
        return root;
    }

    /// <summary>A path as conflict messages show it: <c>.spec.containers[name="web"].image</c>.</summary>
    public static string Show(string path) => string.Concat(path.Split(Separator).Select(element => element[..2] switch
    {
        "f:" => "." + element[2..],
        "k:" => "[" + string.Join(',', JsonNode.Parse(element[2..])!.AsObject().Select(key => $"{key.Key}={key.Value?.ToJsonString(Json.Options)}")) + "]",
        _ => "[=" + element[2..] + "]",
    }));

    private static void Read(FieldSet set, string prefix, JsonObject node)
    {
        foreach (var (name, value) in node)
        {
            if (name == ".")
            {
                set.Add(prefix);
                continue;
            }

            var path = prefix.Length == 0 ? name : prefix + Separator + name;
            if (value is JsonObject { Count: > 0 } child)
            {
                Read(set, path, child);
            }
            else
            {
                set.Add(path);
            }
        }
    }

    private static void DropDotsOfLeaves(JsonObject node)
    {
        if (node.Count == 1)
        {
            node.Remove(".");
        }

        foreach (var child in node.Where(child => child.Key != ".").Select(child => child.Value!.AsObject()).ToList())
        {
            DropDotsOfLeaves(child);
        }
    }
}
