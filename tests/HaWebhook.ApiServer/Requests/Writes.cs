using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Admission;
using HaWebhook.ApiServer.Kinds;
using HaWebhook.ApiServer.Objects;
using HaWebhook.ApiServer.Ownership;
using HaWebhook.ApiServer.Storage;

namespace HaWebhook.ApiServer.Requests;

/// <summary>
/// Every write in the order of the real server: decode and default, record the owner, mutate, default again, prepare, check, validate, store.
/// </summary>
internal sealed class Writes(ObjectStore store, KindTable kinds, AdmissionChain admission, TimeProvider clock)
{
    // A write that meets another one is computed anew on the newer object, as often as the real server does it.
    private const int Attempts = 5;

    private ApiKind Namespaces => kinds.ByManifest("v1", "Namespace");

    /// <summary>Stores a new object; returns it as stored (or as it would be, on a dry run).</summary>
    public async Task<JsonObject> CreateAsync(ApiRequest request, JsonObject value, CancellationToken cancellation, bool applied = false)
    {
        var kind = request.Kind;
        CheckIdentity(request, value);
        if (request.Namespace is not null && store.Get(Namespaces, null, request.Namespace) is null)
        {
            throw ApiException.NotFound(Namespaces, request.Namespace);
        }

        value = Ordered(kind, value);
        var metadata = value.Metadata();
        foreach (var name in (ReadOnlySpan<string>)["uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "selfLink"])
        {
            metadata.Remove(name);
        }

        Defaults.Apply(kind, value);
        if (!applied)
        {
            ManagedFields.Update(kind, live: null, value, request.Manager, subresource: null, clock.GetUtcNow());
        }

        var asked = new AdmissionRequest(request, "CREATE", value, Old: null, request.Options("CreateOptions"));
        value = (await admission.MutateAsync(asked, cancellation))!;
        Prepare(kind, value);
        Validation.Check(kind, value);
        var stored = metadata.Text("name") is { } name1 ? store.Get(kind, request.Namespace, name1) : null;
        if (stored is not null)
        {
            throw ApiException.AlreadyExists(kind, stored.Name);
        }

        await admission.ValidateAsync(asked with { Object = value }, cancellation);
        return request.DryRun
            ? value
            : store.TryPut(kind, value, replaced: null)?.ToJson() ?? throw ApiException.AlreadyExists(kind, value.Metadata().Text("name")!);
    }

    /// <summary>Changes an object; nothing is written where nothing changes.</summary>
    /// <param name="request">The request, with name.</param>
    /// <param name="change">Makes the new object out of the present one, which it may change in place.</param>
    /// <param name="cancellation">Ends the write.</param>
    /// <param name="retries">Whether the change is made anew when another write comes between: a patch is, a replacement is not.</param>
    /// <param name="owned">Whether the change itself has recorded the owners, as apply does.</param>
    public async Task<JsonObject> UpdateAsync(
        ApiRequest request, Func<JsonObject, JsonObject> change, CancellationToken cancellation, bool retries = true, bool owned = false)
    {
        var kind = request.Kind;
        for (var attempt = 1; ; attempt++)
        {
            var stored = store.Get(kind, request.Namespace, request.Name!) ?? throw ApiException.NotFound(kind, request.Name!);
            var old = stored.ToJson();
            var value = Ordered(kind, change(old.DeepClone().AsObject()));
            KeepIdentity(request, old, value);
            KeepOtherHalf(request, old, value);
            Defaults.Apply(kind, value);
            if (!owned)
            {
                ManagedFields.Update(kind, old, value, request.Manager, request.Subresource, clock.GetUtcNow());
            }

            var asked = new AdmissionRequest(request, "UPDATE", value, old, request.Options("UpdateOptions"));
            value = (await admission.MutateAsync(asked, cancellation))!;
            CountGeneration(kind, old, value);
            Validation.Check(kind, value);
            await admission.ValidateAsync(asked with { Object = value }, cancellation);
            if (request.DryRun || IsSame(old, value))
            {
                return request.DryRun ? value : old;
            }

            if (store.TryPut(kind, value, stored) is { } written)
            {
                return RemoveWhenReleased(written).ToJson();
            }

            if (!retries || attempt == Attempts)
            {
                throw ApiException.Modified(kind, request.Name!);
            }
        }
    }

    /// <summary>Deletes an object; one with finalizers is only marked.</summary>
    /// <returns>The object as it was last.</returns>
    public async Task<JsonObject> DeleteAsync(ApiRequest request, JsonObject? options, CancellationToken cancellation)
    {
        var kind = request.Kind;
        for (var attempt = 1; ; attempt++)
        {
            var stored = store.Get(kind, request.Namespace, request.Name!) ?? throw ApiException.NotFound(kind, request.Name!);
            var old = stored.ToJson();
            foreach (var name in (ReadOnlySpan<string>)["uid", "resourceVersion"])
            {
                if (options.Child("preconditions").Text(name) is { } wanted && wanted != old.Metadata().Text(name))
                {
                    var shown = name == "uid" ? "UID" : "ResourceVersion";
                    throw ApiException.Conflict(kind, stored.Name,
                        $"Precondition failed: {shown} in precondition: {wanted}, {shown} in object meta: {old.Metadata().Text(name)}");
                }
            }

            var asked = new AdmissionRequest(request, "DELETE", Object: null, old, request.Options("DeleteOptions", options));
            await admission.MutateAsync(asked, cancellation);
            await admission.ValidateAsync(asked, cancellation);
            if (request.DryRun)
            {
                return old;
            }

            if (TryDelete(stored, old) is { } gone)
            {
                return gone;
            }

            if (attempt == Attempts)
            {
                throw ApiException.Modified(kind, stored.Name);
            }
        }
    }

    /// <summary>Stores an object as it is, with defaults and identity but without asking a webhook: for a test's beginnings.</summary>
    public JsonObject Seed(ApiKind kind, JsonObject value, string manager)
    {
        value = Ordered(kind, value);
        var status = value["status"]?.DeepClone();
        Defaults.Apply(kind, value);
        ManagedFields.Update(kind, live: null, value, manager, subresource: null, clock.GetUtcNow());
        var name = value.Metadata().Text("name") ?? throw new ArgumentException("a seeded object needs a name");
        var present = store.Get(kind, kind.Namespaced ? value.Metadata().Text("namespace") : null, name);
        Prepare(kind, value);
        if (status is not null)
        {
            value["status"] = status;
        }

        return store.TryPut(kind, value, present)?.ToJson() ?? throw new InvalidOperationException($"{kind.Kind} {name} was written meanwhile");
    }

    private JsonObject? TryDelete(StoredObject stored, JsonObject old)
    {
        if (old.Metadata()["finalizers"] is JsonArray { Count: > 0 })
        {
            old.Metadata().Default("deletionTimestamp", ManagedFields.Stamp(clock.GetUtcNow()));
            old.Metadata().Default("deletionGracePeriodSeconds", 0);
            return IsSame(stored.ToJson(), old) ? old : store.TryPut(stored.Kind, old, stored)?.ToJson();
        }

        if (stored.Kind == Namespaces)
        {
            foreach (var inside in kinds.Kinds.SelectMany(kind => store.List(kind).Objects).Where(inside => inside.Namespace == stored.Name))
            {
                store.TryRemove(inside);
            }
        }

        return store.TryRemove(stored)?.ToJson();
    }

    // The last finalizer of an object that is being deleted lets it go.
    private StoredObject RemoveWhenReleased(StoredObject written)
    {
        var metadata = written.ToJson().Metadata();
        return metadata.Text("deletionTimestamp") is not null && metadata["finalizers"] is not JsonArray { Count: > 0 }
            ? store.TryRemove(written) ?? written
            : written;
    }

    private void Prepare(ApiKind kind, JsonObject value)
    {
        var metadata = value.Metadata();
        if (metadata.Text("name") is null && metadata.Text("generateName") is { } prefix)
        {
            // The five letters that generated names end in leave out vowels and what looks alike.
            metadata["name"] = prefix + new string(Random.Shared.GetItems<char>("bcdfghjklmnpqrstvwxz2456789", 5));
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = ManagedFields.Stamp(clock.GetUtcNow());
        if (kind.HasGeneration)
        {
            metadata["generation"] = 1;
        }

        if (kind.HasStatus && kind.NewEmpty()["status"] is { } status)
        {
            value["status"] = kind.Kind switch
            {
                "Namespace" => new JsonObject { ["phase"] = "Active" },
                "Pod" => new JsonObject { ["phase"] = "Pending", ["qosClass"] = "BestEffort" },
                _ => status.DeepClone(),
            };
        }

        if (kind.Kind == "Namespace")
        {
            value.ChildOrNew("spec").Default("finalizers", new JsonArray("kubernetes"));
        }

        if (kind.Kind == "DaemonSet")
        {
            metadata.ChildOrNew("annotations")["deprecated.daemonset.template.generation"] = "1";
        }

        var sorted = Ordered(kind, value);
        value["metadata"] = sorted["metadata"]!.DeepClone();
    }

    private static void CheckIdentity(ApiRequest request, JsonObject value)
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

    private static void KeepIdentity(ApiRequest request, JsonObject old, JsonObject value)
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

    // The object itself is not written through its status, nor the status through the object.
    private static void KeepOtherHalf(ApiRequest request, JsonObject old, JsonObject value)
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

    private static void CountGeneration(ApiKind kind, JsonObject old, JsonObject value)
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

    // A write that changes nothing but the time at which it was tried is none.
    private static bool IsSame(JsonObject old, JsonObject value)
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
    private static JsonObject Ordered(ApiKind kind, JsonObject value)
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
