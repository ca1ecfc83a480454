using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;
using HaWebhook.ApiServer.Objects;
using HaWebhook.ApiServer.Patches;
using HaWebhook.ApiServer.Requests;
using HaWebhook.ApiServer.Storage;

namespace HaWebhook.ApiServer.Admission;

/// <summary>
/// Asks the stored webhooks about a write: mutating ones one after another in the order of their configurations' names, reinvoked once where a
/// later one changed the object; validating ones all at once.
/// </summary>
internal sealed class AdmissionChain(ObjectStore store, KindTable kinds, WebhookClient client)
{
    /// <summary>The object as the mutating webhooks leave it.</summary>
    /// <exception cref="ApiException">One denied it, failed closed, or sent a patch that does not apply.</exception>
    public async Task<JsonObject?> MutateAsync(AdmissionRequest request, CancellationToken cancellation)
    {
        var webhooks = Matching(request, "MutatingWebhookConfiguration");
        var (ran, again) = (new HashSet<int>(), new HashSet<int>());
        for (var round = 0; round < 2; round++)
        {
            var turn = round == 0 ? [.. Enumerable.Range(0, webhooks.Count)] : again;
            for (var index = 0; index < webhooks.Count; index++)
            {
                // The set grows while the second round runs: a reinvoked webhook that changes the object again brings back those before it.
                if (!turn.Contains(index))
                {
                    continue;
                }

                var patched = await MutateAsync(webhooks[index], request, cancellation);
                if (!JsonNode.DeepEquals(patched, request.Object))
                {
                    again.UnionWith(ran);
                    ran.Clear();
                    request = request with { Object = patched };
                }

                if (webhooks[index].Reinvocable)
                {
                    ran.Add(index);
                }
            }
        }

        return request.Object;
    }

    /// <summary>Asks the validating webhooks.</summary>
    /// <exception cref="ApiException">The first, in order, that denied it or failed closed.</exception>
    public async Task ValidateAsync(AdmissionRequest request, CancellationToken cancellation)
    {
        var asked = Matching(request, "ValidatingWebhookConfiguration").ConvertAll(webhook => AskAsync(webhook, request, cancellation));
        await Task.WhenAll(asked.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        foreach (var task in asked)
        {
            await task;
        }
    }

    private async Task<JsonObject?> MutateAsync(Webhook webhook, AdmissionRequest request, CancellationToken cancellation)
    {
        if (await AskAsync(webhook, request, cancellation) is not { Patch: { Count: > 0 } patch })
        {
            return request.Object;
        }

        if (request.Object is null)
        {
            throw ApiException.Internal($"admission webhook \"{webhook.Name}\" attempted to modify the object, which is not supported for this operation");
        }

        // The failure policy does not cover this: a patch that does not apply fails the request always.
        try
        {
            var patched = JsonPatch.Apply(request.Object, patch);
            if (request.Request.Subresource is null)
            {
                Defaults.Apply(request.Request.Kind, patched);
            }

            return Validation.DecodingProblem(request.Request.Kind, patched) is { } problem ? throw ApiException.Internal(problem) : patched;
        }
        catch (PatchException inapplicable)
        {
            throw ApiException.Internal(inapplicable.Message);
        }
    }

    private async Task<WebhookAnswer?> AskAsync(Webhook webhook, AdmissionRequest request, CancellationToken cancellation)
    {
        if (request.Request.DryRun && !webhook.SupportsDryRun)
        {
            throw ApiException.BadRequest($"admission webhook \"{webhook.Name}\" does not support dry run");
        }

        WebhookAnswer answer;
        try
        {
            answer = await client.CallAsync(webhook, request, cancellation);
        }
        catch (WebhookFailure failure)
        {
            if (failure.EndsRequest || request.Request.Deadline <= DateTimeOffset.UtcNow)
            {
                throw new ApiException(504, "Timeout", "Timeout: request did not complete within requested timeout - context deadline exceeded",
                    new JsonObject { ["retryAfterSeconds"] = 0 });
            }

            return webhook.FailsClosed ? throw ApiException.Internal($"failed calling webhook \"{webhook.Name}\": {failure.Message}") : null;
        }

        lock (request.Request.Warnings)
        {
            request.Request.Warnings.AddRange(answer.Warnings);
        }

        return answer.Allowed ? answer : throw Denied(webhook, answer.Status);
    }

    private static ApiException Denied(Webhook webhook, JsonObject? status)
    {
        var code = (int)(status.Number("code") ?? 0);
        var said = status.Text("message") ?? status.Text("reason");
        return new(code < 400 ? 400 : code, status.Text("reason") ?? "",
            $"admission webhook \"{webhook.Name}\" denied the request{(said is null ? " without explanation" : ": " + said)}",
            status.Child("details"));
    }

    private List<Webhook> Matching(AdmissionRequest request, string kind)
    {
        var labels = NamespaceLabels(request);
        return [.. store.List(kinds.ByManifest("admissionregistration.k8s.io/v1", kind)).Objects
            .SelectMany(configuration => configuration.ToJson().Items("webhooks"))
            .Select(webhook => new Webhook(webhook, kind == "MutatingWebhookConfiguration"))
            .Where(webhook => webhook.Matches(request, labels))];
    }

    private Dictionary<string, string>? NamespaceLabels(AdmissionRequest request)
    {
        if (request.Request.Kind.Kind == "Namespace")
        {
            return (request.Object ?? request.Old)!.Metadata().Labels();
        }

        return request.Request.Namespace is { } name
            ? store.Get(kinds.ByManifest("v1", "Namespace"), null, name)?.Labels.ToDictionary()
                ?? throw ApiException.NotFound(kinds.ByManifest("v1", "Namespace"), name)
            : null;
    }
}
