using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;

namespace HaWebhook.ApiServer.Requests;

/// <summary>What makes an object the same object from write to write, and what tells one state of it from the next.</summary>
internal static class Identity
{
    /// <summary>Checks that an object is what its path says, and fills in name and namespace from there.</summary>
    public static void CheckIdentity(ApiRequest request, JsonObject value)
    {
        var metadata = value.Metadata();
        if (value.Text("kind") is { } kind && kind != request.Kind.Kind)
        {
            throw ApiException.BadRequest($"{kind} in version \"{request.Kind.Version}\" cannot be handled as a {request.Kind.Kind}");
        }

        if (value.Text("apiVersion") is { } version && version != request.Kind.ApiVersion)
        {
            throw ApiException.BadRequest(
                $"the API version in the data ({version}) does not match the expected API version ({request.Kind.ApiVersion})");
        }

        if (request.Name is not null && (metadata.Text("name") ?? request.Name) != request.Name)
        {
            throw ApiException.BadRequest($"the name of the object ({metadata.Text("name")}) does not match the name on the URL ({request.Name})");
        }

        if (request.Namespace is not null)
        {
            if ((metadata.Text("namespace") ?? request.Namespace) != request.Namespace)
            {
                throw ApiException.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            }

            metadata["namespace"] = request.Namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }

        if (request.Name is not null)
        {
            metadata["name"] = request.Name;
        }
    }

    /// <summary>Keeps what no update changes, and refuses one of another object or of an older state.</summary>
    public static void KeepIdentity(ApiRequest request, JsonObject old, JsonObject value)
    {
        CheckIdentity(request, value);
        var (before, after) = (old.Metadata(), value.Metadata());
        if (after.Text("uid") is { } uid && uid != before.Text("uid"))
        {
            throw ApiException.Conflict(request.Kind, request.Name!,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.Text("uid")}");
        }

        if (after.Text("resourceVersion") is { } version && version != before.Text("resourceVersion"))
        {
            throw ApiException.Modified(request.Kind, request.Name!);
        }

        foreach (var name in (ReadOnlySpan<string>)["uid", "resourceVersion", "creationTimestamp", "generation", "deletionTimestamp", "generateName"])
        {
            after.Remove(name);
            if (before[name] is { } kept)
            {
                after[name] = kept.DeepClone();
            }
        }
    }

    /// <summary>The object itself is not written through its status, nor the status through the object.</summary>
    public static void KeepOtherHalf(ApiRequest request, JsonObject old, JsonObject value)
    {
        if (request.Subresource == "status")
        {
            foreach (var name in old.Select(member => member.Key).Where(name => name is not ("status" or "metadata")).ToList())
            {
                value[name] = old[name]?.DeepClone();
            }
        }
        else if (request.Kind.HasStatus && old["status"] is { } status)
        {
            value["status"] = status.DeepClone();
        }
    }

    /// <summary>A change outside metadata and status is a new generation.</summary>
    public static void CountGeneration(ApiKind kind, JsonObject old, JsonObject value)
    {
        if (kind.HasGeneration && !JsonNode.DeepEquals(WithoutMetadataAndStatus(old), WithoutMetadataAndStatus(value)))
        {
            value.Metadata()["generation"] = (old.Metadata().Number("generation") ?? 0) + 1;
        }
    }

    private static JsonObject WithoutMetadataAndStatus(JsonObject value)
    {
        var copy = value.DeepClone().AsObject();
        copy.Remove("metadata");
        copy.Remove("status");
        return copy;
    }

    /// <summary>Whether nothing is written: a write that changes nothing but the time at which it was tried is none.</summary>
    public static bool IsSame(JsonObject old, JsonObject value)
    {
        static JsonObject Timeless(JsonObject item)
        {
            var copy = item.DeepClone().AsObject();
            foreach (var entry in copy.Metadata().Items("managedFields"))
            {
                entry.Remove("time");
            }

            return copy;
        }

        return JsonNode.DeepEquals(Timeless(old), Timeless(value));
    }

    /// <summary>The object with kind, apiVersion and metadata in front, and the metadata in the order of the real type.</summary>
    public static JsonObject Ordered(ApiKind kind, JsonObject value)
    {
        var ordered = new JsonObject { ["kind"] = kind.Kind, ["apiVersion"] = kind.ApiVersion };
        var metadata = new JsonObject();
        string[] first = ["name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
            "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields"];
        foreach (var name in first.Union(value.Metadata().Select(member => member.Key)))
        {
            if (value.Metadata()[name] is { } field)
            {
                metadata[name] = field.DeepClone();
            }
        }

        ordered["metadata"] = metadata;
        foreach (var (name, child) in value)
        {
            ordered.Default(name, child?.DeepClone());
        }

        return ordered;
    }
}
