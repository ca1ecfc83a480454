using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Objects;

namespace HaWebhook.ApiServer.Patches;

/// <summary>
/// Kubernetes' own merge patch, which <c>kubectl apply</c>, <c>set</c> and <c>rollout restart</c> send: lists with a merge key are merged item
/// by item. Its directives: <c>$patch: replace | delete</c>, <c>$retainKeys</c>, <c>$setElementOrder/…</c>, <c>$deleteFromPrimitiveList/…</c>.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Order = "$setElementOrder/";
    private const string DeleteFrom = "$deleteFromPrimitiveList/";

    /// <summary>Applies the patch to the object in place.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        if (patch.Text("$patch") == "replace")
        {
            target.Clear();
        }

        if (patch["$retainKeys"] is JsonArray retained)
        {
            var kept = retained.Select(key => key!.ToString()).ToHashSet();
            foreach (var (name, _) in target.Where(member => !kept.Contains(member.Key)).ToList())
            {
                target.Remove(name);
            }
        }

        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(DeleteFrom, StringComparison.Ordinal))
            {
                var gone = value!.AsArray();
                (target[name[DeleteFrom.Length..]] as JsonArray)?.RemoveAll(item => gone.Any(other => JsonNode.DeepEquals(item, other)));
            }
            else if (name[0] != '$')
            {
                Member(target, name, value);
            }
        }

        foreach (var (name, value) in patch.Where(member => member.Key.StartsWith(Order, StringComparison.Ordinal)))
        {
            Sort(target, name[Order.Length..], value!.AsArray());
        }
    }

    private static void Member(JsonObject target, string name, JsonNode? value)
    {
        switch (value)
        {
            case null:
            case JsonObject when value.AsObject().Text("$patch") == "delete":
                target.Remove(name);
                break;
            case JsonObject map:
                Apply(target.ChildOrNew(name), map);
                break;
            case JsonArray list when ListKeys.Of(name, list) is { } keys && target[name] is JsonArray present:
                Items(present, list, keys[0]);
                break;
            case JsonArray list when name == "finalizers" && target[name] is JsonArray present:
                foreach (var item in list.Where(item => !present.Any(other => JsonNode.DeepEquals(item, other))))
                {
                    present.Add(item!.DeepClone());
                }

                break;
            case JsonArray list when ListKeys.Of(name, list) is { } keys:
                Items(target[name] = new JsonArray(), list, keys[0]);
                break;
            default:
                target[name] = value.DeepClone();
                break;
        }
    }

    private static void Items(JsonNode present, JsonArray patch, string key)
    {
        var list = present.AsArray();
        if (patch.OfType<JsonObject>().Any(item => item.Text("$patch") == "replace"))
        {
            list.Clear();
        }

        foreach (var item in patch.OfType<JsonObject>().Where(item => item.Text("$patch") != "replace"))
        {
            var found = list.OfType<JsonObject>().FirstOrDefault(other => JsonNode.DeepEquals(other[key], item[key]));
            if (item.Text("$patch") == "delete")
            {
                list.Remove(found);
                continue;
            }

            if (found is null)
            {
                found = [];
                list.Add((JsonNode)found);
            }

            Apply(found, item);
        }
    }

    // Items that the order does not name keep their place behind those that it does.
    private static void Sort(JsonObject target, string name, JsonArray order)
    {
        if (target[name] is not JsonArray list)
        {
            return;
        }

        var key = ListKeys.Of(name, list)?[0];
        var wanted = order.Select(item => item is JsonObject map && key is not null ? map[key] : item).ToList();
        int Place(JsonNode? item)
        {
            var value = item is JsonObject map && key is not null ? map[key] : item;
            var place = wanted.FindIndex(other => JsonNode.DeepEquals(other, value));
            return place < 0 ? int.MaxValue : place;
        }

        target[name] = new JsonArray([.. list.OrderBy(Place).Select(item => item?.DeepClone())]);
    }
}
