using System.Text.Json.Nodes;

namespace HaWebhook.ApiServer.Objects;

/// <summary>
/// Which lists are merged item by item, and by which fields their items are told apart: what strategic merge patches and field ownership share.
/// By the field's name alone: where two kinds use a name differently, the items tell.
/// </summary>
internal static class ListKeys
{
    private static readonly HashSet<string> _byName =
        ["containers", "initContainers", "ephemeralContainers", "volumes", "env", "imagePullSecrets", "webhooks"];

    /// <summary>The keys of a list's items, or null where the list is replaced as a whole.</summary>
    /// <param name="field">The list's field.</param>
    /// <param name="list">The list itself: the ports of a Service have a <c>port</c>, those of a container a <c>containerPort</c>.</param>
    public static string[]? Of(string field, JsonArray list) => field switch
    {
        _ when _byName.Contains(field) => ["name"],
        "ports" when list.OfType<JsonObject>().Any(item => item.ContainsKey("containerPort")) => ["containerPort", "protocol"],
        "ports" when list.OfType<JsonObject>().Any(item => item.ContainsKey("port")) => ["port", "protocol"],
        "volumeMounts" => ["mountPath"],
        "volumeDevices" => ["devicePath"],
        "hostAliases" => ["ip"],
        "topologySpreadConstraints" => ["topologyKey", "whenUnsatisfiable"],
        "conditions" => ["type"],
        "ownerReferences" => ["uid"],
        _ => null,
    };

    /// <summary>The value that tells an item apart from its neighbours, as the API server writes it: <c>{"name":"web"}</c>.</summary>
    public static string KeyOf(JsonObject item, string[] keys)
    {
        var key = new JsonObject();
        foreach (var name in keys.Order(StringComparer.Ordinal))
        {
            key[name] = item[name]?.DeepClone() ?? (name == "protocol" ? "TCP" : null);
        }

        return key.ToJsonString(Json.Options);
    }

    /// <summary>A map or item that is owned and replaced as a whole.</summary>
    public static bool IsAtomic(string field) => field is "selector" or "labelSelector" or "namespaceSelector" or "objectSelector" or "nodeSelector"
        or "regarding" or "related" or "involvedObject" or "fieldRef" or "secretKeyRef" or "configMapKeyRef" or "resourceFieldRef" or "ownerReferences";
}
