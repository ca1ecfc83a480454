using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;
using HaWebhook.ApiServer.Objects;
using HaWebhook.ApiServer.Requests;

namespace HaWebhook.ApiServer.Ownership;

/// <summary>
/// Server-side apply: the configuration is merged into the object; what the same manager applied before and names no longer is removed; a value
/// that somebody else owns and that would change is a conflict, unless forced.
/// </summary>
internal static class ServerSideApply
{
    /// <summary>The object that comes out, with its owners.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="live">The object as it is; null where it is new.</param>
    /// <param name="configuration">What is applied.</param>
    /// <param name="manager">Who applies.</param>
    /// <param name="force">Whether conflicts are taken over.</param>
    /// <param name="now">The time of the write.</param>
    /// <exception cref="ApiException">409: conflicts.</exception>
    public static JsonObject Apply(ApiKind kind, JsonObject? live, JsonObject configuration, string manager, bool force, DateTimeOffset now)
    {
        var applied = ManagedFields.Owned(configuration, subresource: null);
        var named = FieldWalk.Named(applied);
        if (live is null)
        {
            var created = configuration.DeepClone().AsObject();
            ManagedFields.Write(created, [new(manager, "Apply", kind.ApiVersion, null, ManagedFields.Stamp(now), named)]);
            return created;
        }

        var merged = live.DeepClone().AsObject();
        Merge(merged, applied);
        var entries = ManagedFields.Of(live);
        var mine = entries.Find(entry => entry.Is(manager, "Apply", kind.ApiVersion, null));
        var others = entries.Where(entry => entry != mine).ToList();
        var (written, _) = FieldWalk.Difference(ManagedFields.Owned(live, null), ManagedFields.Owned(merged, null));
        if (!force)
        {
            RefuseConflicts(others, written);
        }

        others = [.. others.Select(entry => entry with { Fields = new(entry.Fields.Except(written)) })];
        var elsewhere = others.SelectMany(entry => entry.Fields).ToList();
        var abandoned = (mine?.Fields ?? []).Except(named)
            .Where(path => !elsewhere.Exists(other => other == path || other.StartsWith(path + FieldSet.Separator, StringComparison.Ordinal)));
        // An item goes before its fields: without them it could not be found.
        foreach (var path in abandoned.OrderBy(path => path.Length))
        {
            FieldWalk.Remove(merged, path);
        }

        var unchanged = mine is not null && mine.Fields.SetEquals(named) && JsonNode.DeepEquals(live, merged);
        others.Add(new(manager, "Apply", kind.ApiVersion, null, unchanged ? mine!.Time : ManagedFields.Stamp(now), named));
        ManagedFields.Write(merged, others);
        return merged;
    }

    private static void RefuseConflicts(List<ManagedFields> others, FieldSet written)
    {
        var conflicts = others
            .SelectMany(entry => entry.Fields.Intersect(written).Order(StringComparer.Ordinal).Select(path => (Owner: entry.Show(), Field: FieldSet.Show(path))))
            .ToList();
        if (conflicts.Count == 0)
        {
            return;
        }

        var message = conflicts.Count == 1
            ? $"conflict with {conflicts[0].Owner}: {conflicts[0].Field}"
            : string.Join('\n', conflicts.GroupBy(conflict => conflict.Owner).OrderBy(owner => owner.Key, StringComparer.Ordinal)
                .Select(owner => $"conflicts with {owner.Key}:\n{string.Join('\n', owner.Select(conflict => $"- {conflict.Field}"))}"));
        var causes = new JsonArray([.. conflicts.Select(conflict => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {conflict.Owner}",
            ["field"] = conflict.Field,
        })]);
        throw new ApiException(409, "Conflict", $"Apply failed with {conflicts.Count} conflict{(conflicts.Count == 1 ? "" : "s")}: {message}",
            new JsonObject { ["causes"] = causes });
    }

    private static void Merge(JsonObject target, JsonObject applied)
    {
        foreach (var (name, value) in applied)
        {
            if (value is JsonObject map && target[name] is JsonObject present && !ListKeys.IsAtomic(name))
            {
                Merge(present, map);
            }
            else if (value is JsonArray list && target[name] is JsonArray items && ListKeys.Of(name, list) is { } keys)
            {
                Items(items, list, keys);
            }
            else if (value is JsonArray added && target[name] is JsonArray values && name == "finalizers")
            {
                foreach (var item in added.Where(item => !values.Any(other => JsonNode.DeepEquals(item, other))))
                {
                    values.Add(item!.DeepClone());
                }
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }

    private static void Items(JsonArray present, JsonArray applied, string[] keys)
    {
        foreach (var item in applied.OfType<JsonObject>())
        {
            var key = ListKeys.KeyOf(item, keys);
            if (present.OfType<JsonObject>().FirstOrDefault(other => ListKeys.KeyOf(other, keys) == key) is { } found)
            {
                Merge(found, item);
            }
            else
            {
                present.Add(item.DeepClone());
            }
        }
    }
}
