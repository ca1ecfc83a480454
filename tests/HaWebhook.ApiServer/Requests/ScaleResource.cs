using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Admission;
using HaWebhook.ApiServer.Ownership;
using HaWebhook.ApiServer.Storage;

namespace HaWebhook.ApiServer.Requests;

/// <summary>
/// The <c>scale</c> subresource: the object's replicas as an <c>autoscaling/v1 Scale</c>. A write asks the webhooks about the Scale;
/// about the object itself they are not asked.
/// </summary>
internal sealed class ScaleResource(ObjectStore store, AdmissionChain admission)
{
    private const int Attempts = 5;
    private static readonly string _replicas = $"f:spec{FieldSet.Separator}f:replicas";

    public JsonObject Get(ApiRequest request) => ScaleOf(Find(request).ToJson());

    public async Task<JsonObject> UpdateAsync(ApiRequest request, Func<JsonObject, JsonObject> change, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = Find(request);
            var target = stored.ToJson();
            var old = ScaleOf(target);
            var scale = change(old.DeepClone().AsObject());
            var wanted = ReplicasOf(request, scale);
            if (scale.Metadata().Text("resourceVersion") is { } version && version != old.Metadata().Text("resourceVersion"))
            {
                throw ApiException.Modified(request.Kind, request.Name!);
            }

            scale = Scaled(old, wanted);
            var owners = Owners(target);
            var asked = new AdmissionRequest(
                request, "UPDATE", scale.DeepClone().AsObject(), old.DeepClone().AsObject(), request.Options("UpdateOptions"));
            WriteOwners(asked.Old!, owners);
            // Nobody owns a zero: it is left out.
            WriteOwners(asked.Object!, wanted == 0 ? [] : wanted == (Json.Whole(old.At("spec", "replicas")) ?? 0) ? owners : [Owner(request)]);
            var mutated = (await admission.MutateAsync(asked, cancellation))!;
            wanted = ReplicasOf(request, mutated);
            scale = Scaled(old, wanted);
            await admission.ValidateAsync(asked with { Object = scale, Old = old }, cancellation);
            if (request.DryRun)
            {
                return scale;
            }

            if (target.Child("spec").Number("replicas") == wanted)
            {
                return old;
            }

            Write(request, target, wanted);
            if (store.TryPut(request.Kind, target, stored) is { } written)
            {
                return ScaleOf(written.ToJson());
            }

            if (attempt == Attempts)
            {
                throw ApiException.Modified(request.Kind, request.Name!);
            }
        }
    }

    private StoredObject Find(ApiRequest request)
        => store.Get(request.Kind, request.Namespace, request.Name!) ?? throw ApiException.NotFound(request.Kind, request.Name!);

    private static JsonObject ScaleOf(JsonObject target)
    {
        var from = target.Metadata();
        var metadata = new JsonObject();
        foreach (var name in (ReadOnlySpan<string>)["name", "namespace", "uid", "resourceVersion", "creationTimestamp"])
        {
            metadata[name] = from[name]?.DeepClone();
        }

        var status = new JsonObject { ["replicas"] = target.Child("status").Number("replicas") ?? 0 };
        if (Selector(target.Child("spec").Child("selector")) is { Length: > 0 } selector)
        {
            status["selector"] = selector;
        }

        var scale = new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject(),
            ["status"] = status,
        };
        return Scaled(scale, target.Child("spec").Number("replicas") ?? 0);
    }

    // Zero is left out of a Scale: "spec":{}.
    private static JsonObject Scaled(JsonObject scale, long replicas)
    {
        var copy = scale.DeepClone().AsObject();
        copy["spec"] = replicas == 0 ? [] : new JsonObject { ["replicas"] = replicas };
        return copy;
    }

    private static long ReplicasOf(ApiRequest request, JsonObject scale)
        => scale.At("spec", "replicas") switch
        {
            null => 0,
            var number when Json.Whole(number) is { } replicas => replicas >= 0
                ? replicas
                : throw ApiException.Invalid(
                    request.Kind, request.Name!, "spec.replicas", $"Invalid value: {replicas}: must be greater than or equal to 0"),
            _ => throw ApiException.BadRequest("Scale in version \"v1\" cannot be handled as a Scale: spec.replicas must be a number"),
        };

    private static string Selector(JsonObject? selector)
    {
        var labels = selector.Child("matchLabels") ?? (selector?.ContainsKey("matchExpressions") == true ? [] : selector) ?? [];
        var expressions = selector.Items("matchExpressions").Select(expression => (expression.Text("operator"), expression.Text("key")) switch
        {
            ("Exists", { } key) => key,
            ("DoesNotExist", { } key) => "!" + key,
            var (word, key) => $"{key} {word!.ToLowerInvariant()} ({string.Join(',', expression.Texts("values").Order(StringComparer.Ordinal))})",
        });
        return string.Join(',', labels.Select(label => $"{label.Key}={label.Value}").Concat(expressions).Order(StringComparer.Ordinal));
    }

    /// <summary>Who owns the replicas, as entries of a Scale.</summary>
    private static ManagedFields[] Owners(JsonObject target) => [.. ManagedFields.Of(target)
        .Where(entry => entry.Fields.Contains(_replicas))
        .Select(entry => entry with { ApiVersion = "autoscaling/v1", Fields = new([_replicas]) })];

    private static ManagedFields Owner(ApiRequest request)
        => new(request.Manager, "Update", "autoscaling/v1", "scale", ManagedFields.Stamp(DateTimeOffset.UtcNow), new([_replicas]));

    private static void WriteOwners(JsonObject scale, ManagedFields[] owners)
    {
        if (owners.Length > 0)
        {
            ManagedFields.Write(scale, owners);
        }
    }

    // The new owner's entry has no time: so it was recorded.
    private static void Write(ApiRequest request, JsonObject target, long replicas)
    {
        target["spec"]!["replicas"] = replicas;
        if (request.Kind.HasGeneration)
        {
            target.Metadata()["generation"] = (target.Metadata().Number("generation") ?? 0) + 1;
        }

        ManagedFields.Write(target, ManagedFields.Of(target)
            .Where(entry => !entry.Is(request.Manager, "Update", request.Kind.ApiVersion, "scale"))
            .Select(entry => entry with { Fields = new(entry.Fields.Where(field => field != _replicas)) })
            .Append(new(request.Manager, "Update", request.Kind.ApiVersion, "scale", null, new([_replicas]))));
    }
}
