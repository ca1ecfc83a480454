using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Objects;

namespace HaWebhook.ApiServer.Ownership;

/// <summary>Finds the fields of objects: all of one, those that differ between two, and one by its path.</summary>
internal static class FieldWalk
{
    /// <summary>The fields that an applied configuration names: leaves, and the items of keyed lists.</summary>
    public static FieldSet Named(JsonObject value)
    {
        var set = new FieldSet();
        foreach (var (name, child) in value.Where(member => member is not { Key: "metadata", Value: JsonObject { Count: 0 } }))
        {
            Collect(set, "f:" + name, name, child, containers: false);
        }

        return set;
    }

    /// <summary>What is new or has another value, and what is gone.</summary>
    public static (FieldSet Changed, FieldSet Removed) Difference(JsonObject before, JsonObject after)
    {
        var (changed, removed) = (new FieldSet(), new FieldSet());
        Members(changed, removed, "", before, after);
        return (changed, removed);
    }

    /// <summary>Takes a field out of an object; nothing happens where it is not there.</summary>
    public static void Remove(JsonObject value, string path)
    {
        var elements = path.Split(FieldSet.Separator);
        JsonNode? node = value;
        foreach (var element in elements[..^1])
        {
            node = Step(node, element);
        }

        var last = elements[^1];
        if (node is JsonObject map && last.StartsWith("f:", StringComparison.Ordinal))
        {
            map.Remove(last[2..]);
        }
        else if (node is JsonArray list && Step(list, last) is { } item)
        {
            list.Remove(item);
        }
    }

    private static JsonNode? Step(JsonNode? node, string element) => (node, element[..2]) switch
    {
        (JsonObject map, "f:") => map[element[2..]],
        (JsonArray list, "k:") => list.OfType<JsonObject>().FirstOrDefault(item
            => ListKeys.KeyOf(item, [.. JsonNode.Parse(element[2..])!.AsObject().Select(key => key.Key)]) == element[2..]),
        (JsonArray list, "v:") => list.FirstOrDefault(item => item?.ToJsonString(Json.Options) == element[2..]),
        _ => null,
    };

    private static void Members(FieldSet changed, FieldSet removed, string prefix, JsonObject before, JsonObject after)
    {
        foreach (var name in before.Select(member => member.Key).Union(after.Select(member => member.Key)))
        {
            var path = Join(prefix, "f:" + name);
            if (!after.TryGetPropertyValue(name, out var now))
            {
                Collect(removed, path, name, before[name], containers: true);
            }
            else if (!before.TryGetPropertyValue(name, out var was))
            {
                Collect(changed, path, name, now, containers: true);
            }
            else
            {
                Both(changed, removed, path, name, was, now);
            }
        }
    }

    private static void Both(FieldSet changed, FieldSet removed, string path, string name, JsonNode? was, JsonNode? now)
    {
        if (!ListKeys.IsAtomic(name) && was is JsonObject or null && now is JsonObject map)
        {
            Members(changed, removed, path, was as JsonObject ?? [], map);
        }
        else if (was is JsonArray or null && now is JsonArray list && Elements(name, list) is { } after)
        {
            var before = was is JsonArray old ? Elements(name, old) ?? [] : [];
            foreach (var (element, item) in before.Where(item => !after.ContainsKey(item.Key)))
            {
                Collect(removed, Join(path, element), name, item, containers: true);
            }

            foreach (var (element, item) in after)
            {
                if (before.TryGetValue(element, out var other))
                {
                    Both(changed, removed, Join(path, element), name, other, item);
                }
                else
                {
                    Collect(changed, Join(path, element), name, item, containers: true);
                }
            }
        }
        else if (!JsonNode.DeepEquals(was, now))
        {
            changed.Add(path);
        }
    }

    private static void Collect(FieldSet set, string path, string name, JsonNode? value, bool containers)
    {
        if (value is JsonObject { Count: > 0 } map && !ListKeys.IsAtomic(name))
        {
            if (containers)
            {
                set.Add(path);
            }

            foreach (var (member, child) in map)
            {
                Collect(set, Join(path, "f:" + member), member, child, containers);
            }
        }
        else if (value is JsonArray { Count: > 0 } list && Elements(name, list) is { } elements)
        {
            if (containers)
            {
                set.Add(path);
            }

            foreach (var (element, item) in elements)
            {
                // The item itself is owned too, by whoever names it.
                set.Add(Join(path, element));
                Collect(set, Join(path, element), name, item, containers);
            }
        }
        else
        {
            set.Add(path);
        }
    }

    /// <summary>The items of a list by the element that names each; null for a list that is one value.</summary>
    private static Dictionary<string, JsonNode?>? Elements(string name, JsonArray list)
    {
        if (name == "finalizers")
        {
            return list.DistinctBy(item => item!.ToJsonString()).ToDictionary(item => "v:" + item!.ToJsonString(Json.Options));
        }

        if (ListKeys.Of(name, list) is not { } keys)
        {
            return null;
        }

        var items = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var item in list.OfType<JsonObject>())
        {
            items["k:" + ListKeys.KeyOf(item, keys)] = item;
        }

        return items;
    }

    private static string Join(string prefix, string element) => prefix.Length == 0 ? element : prefix + FieldSet.Separator + element;
}
