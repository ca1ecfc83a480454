using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Ownership;
using HaWebhook.ApiServer.Patches;
using HaWebhook.ApiServer.Storage;

namespace HaWebhook.ApiServer.Requests;

/// <summary>The four kinds of patches, and replacements: each makes a new object out of the present one.</summary>
internal sealed class Patching(ObjectStore store, Writes writes, ScaleResource scales, Authorizer authorizer, TimeProvider clock)
{
    /// <summary>Applies a patch.</summary>
    /// <param name="request">The request, with name.</param>
    /// <param name="type">The body's media type: it says which kind of patch it is.</param>
    /// <param name="body">The body.</param>
    /// <param name="cancellation">Ends the write.</param>
    /// <returns>The HTTP status (201 where an apply has created) and the object.</returns>
    public async Task<(int Status, JsonObject Result)> PatchAsync(ApiRequest request, string? type, JsonNode? body, CancellationToken cancellation)
    {
        JsonObject AsObject() => body as JsonObject ?? throw ApiException.BadRequest("the patch must be an object");
        switch (type)
        {
            case "application/apply-patch+yaml":
                return await ApplyAsync(request, AsObject(), cancellation);
            case "application/json-patch+json":
                var operations = body as JsonArray ?? throw ApiException.BadRequest("the patch must be a list of operations");
                return (200, await ChangeAsync(request, value => Patched(request, value, operations), cancellation));
            case "application/merge-patch+json":
                var merge = AsObject();
                return (200, await ChangeAsync(request, value => With(value, () => MergePatch.Apply(value, merge)), cancellation));
            case "application/strategic-merge-patch+json" when !request.Kind.Custom:
                var strategic = AsObject();
                return (200, await ChangeAsync(request, value => With(value, () => StrategicMergePatch.Apply(value, strategic)), cancellation));
            default:
                throw ApiException.UnsupportedMediaType("the body of the request was in an unknown format - accepted media types include: "
                    + "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
                    + (request.Kind.Custom ? "" : ", application/strategic-merge-patch+json"));
        }
    }

    /// <summary>Changes an object, or its scale.</summary>
    public Task<JsonObject> ChangeAsync(ApiRequest request, Func<JsonObject, JsonObject> change, CancellationToken cancellation, bool retries = true)
        => request.Subresource == "scale"
            ? scales.UpdateAsync(request, change, cancellation)
            : writes.UpdateAsync(request, change, cancellation, retries);

    private async Task<(int Status, JsonObject Result)> ApplyAsync(ApiRequest request, JsonObject configuration, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(request.Query["fieldManager"]))
        {
            throw new ApiException(422, "Invalid", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        }

        if (request.Subresource is not null)
        {
            throw ApiException.UnsupportedMediaType("this test server applies whole objects only, no subresources");
        }

        if (configuration.Metadata()["managedFields"] is not null)
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        JsonObject Applied(JsonObject? live)
        {
            var applied = ServerSideApply.Apply(request.Kind, live, configuration, request.Manager, request.Flag("force"), clock.GetUtcNow());

            // A configuration that names a state is applied to no other one.
            if (live is not null && configuration.Metadata().Text("resourceVersion") is { } version)
            {
                applied.Metadata()["resourceVersion"] = version;
            }

            return applied;
        }

        configuration.Metadata().Default("name", request.Name);
        if (store.Get(request.Kind, request.Namespace, request.Name!) is not null)
        {
            return (200, await writes.UpdateAsync(request, Applied, cancellation, owned: true));
        }

        // Whoever may patch may not yet create. Here the name is known, so a role may name it.
        authorizer.Require(request, "create");
        return (201, await writes.CreateAsync(request, Applied(null), cancellation, applied: true));
    }

    private static JsonObject Patched(ApiRequest request, JsonObject value, JsonArray operations)
    {
        try
        {
            return JsonPatch.Apply(value, operations);
        }
        catch (PatchException inapplicable)
        {
            throw new ApiException(422, "Invalid",
                $"the server rejected our request due to an error in our request: {request.Kind.Qualified} \"{request.Name}\": {inapplicable.Message}");
        }
    }

    private static JsonObject With(JsonObject value, Action change)
    {
        change();
        return value;
    }
}
