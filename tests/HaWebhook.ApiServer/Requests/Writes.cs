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
        Identity.CheckIdentity(request, value);
        if (request.Namespace is not null && store.Get(Namespaces, null, request.Namespace) is null)
        {
            throw ApiException.NotFound(Namespaces, request.Namespace);
        }

        value = Identity.Ordered(kind, value);
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
            : store.TryPut(kind, value, replaced: null)?.ToJson(kind) ?? throw ApiException.AlreadyExists(kind, value.Metadata().Text("name")!);
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
            var old = stored.ToJson(kind);
            var value = Identity.Ordered(kind, change(old.DeepClone().AsObject()));
            Identity.KeepIdentity(request, old, value);
            Identity.KeepOtherHalf(request, old, value);
            Defaults.Apply(kind, value);
            if (!owned)
            {
                ManagedFields.Update(kind, old, value, request.Manager, request.Subresource, clock.GetUtcNow());
            }

            var asked = new AdmissionRequest(request, "UPDATE", value, old, request.Options("UpdateOptions"));
            value = (await admission.MutateAsync(asked, cancellation))!;
            Identity.CountGeneration(kind, old, value);
            Validation.Check(kind, value);
            await admission.ValidateAsync(asked with { Object = value }, cancellation);
            if (request.DryRun || Identity.IsSame(old, value))
            {
                return request.DryRun ? value : old;
            }

            if (store.TryPut(kind, value, stored) is { } written)
            {
                return RemoveWhenReleased(written).ToJson(kind);
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
            var old = stored.ToJson(kind);
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

            if (TryDelete(stored) is { } gone)
            {
                return gone.ToJson(kind);
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
        value = Identity.Ordered(kind, value);
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

    private StoredObject? TryDelete(StoredObject stored)
    {
        var value = stored.ToJson();
        if (value.Metadata()["finalizers"] is JsonArray { Count: > 0 })
        {
            if (value.Metadata()["deletionTimestamp"] is not null)
            {
                return stored;
            }

            value.Metadata()["deletionTimestamp"] = ManagedFields.Stamp(clock.GetUtcNow());
            value.Metadata()["deletionGracePeriodSeconds"] = 0;
            return store.TryPut(stored.Kind, value, stored);
        }

        if (stored.Kind == Namespaces)
        {
            foreach (var inside in kinds.Kinds.SelectMany(kind => store.List(kind).Objects).Where(inside => inside.Namespace == stored.Name))
            {
                store.TryRemove(inside);
            }
        }

        return store.TryRemove(stored);
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

        var sorted = Identity.Ordered(kind, value);
        value["metadata"] = sorted["metadata"]!.DeepClone();
    }
}
