using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;
using HaWebhook.ApiServer.Ownership;
using HaWebhook.ApiServer.Serving;
using HaWebhook.ApiServer.Storage;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.ApiServer.Requests;

/// <summary>One request: who, what, may they, and the answer.</summary>
internal sealed class Endpoint(
    Authentication authentication, KindTable kinds, Discovery discovery, ObjectStore store, Reads reads, Watching watching, Writes writes,
    Patching patching, ScaleResource scales, Authorizer authorizer, Faults faults, RequestLog log)
{
    public async Task HandleAsync(HttpContext context)
    {
        var cancellation = context.RequestAborted;
        if (faults.Delay > TimeSpan.Zero)
        {
            await Task.Delay(faults.Delay, cancellation);
        }

        Headers(context.Response);
        var user = authentication.UserOf(context);
        var request = user is null ? null : RequestReader.Read(context.Request, kinds, user);
        try
        {
            if (faults.NextFailure() is var (code, retryAfter))
            {
                if (retryAfter is not null)
                {
                    context.Response.Headers.RetryAfter = retryAfter.ToString();
                }

                throw new ApiException(code, code == 429 ? "TooManyRequests" : "", "this request was made to fail");
            }

            if (user is null)
            {
                throw new ApiException(401, "Unauthorized", "Unauthorized");
            }

            if (request is null)
            {
                await AnswerOtherAsync(context);
                return;
            }

            authorizer.Require(request, request.Verb);
            await AnswerAsync(context, request);
        }
        catch (InvalidOperationException unfit) when (!context.Response.HasStarted)
        {
            // A field of another shape than its kind has: what a decoder with types would have refused.
            await WriteAsync(context, 400, ApiException.BadRequest($"the body of the request does not fit its kind: {unfit.Message}").ToStatus());
        }
        catch (ApiException failed)
        {
            Warn(context, request);
            if (failed.Code == 403)
            {
                context.Response.Headers.XContentTypeOptions = "nosniff";
            }

            await WriteAsync(context, failed.Code, failed.ToStatus());
        }
        finally
        {
            if (request?.Verb != "watch" || context.Response.StatusCode != 200)
            {
                Log(context, request, user);
            }
        }
    }

    private async Task AnswerAsync(HttpContext context, ApiRequest request)
    {
        var cancellation = context.RequestAborted;
        switch (request.Verb)
        {
            case "get" when request.Subresource == "scale":
                await WriteAsync(context, 200, scales.Get(request));
                break;
            case "get":
                var stored = Find(request);
                await WriteAsync(context, 200, MetadataOnly(context) ? stored.MetadataOnly() : stored.Whole(request.Kind));
                break;
            case "list":
                await WriteAsync(context, 200, reads.List(request, MetadataOnly(context)));
                break;
            case "watch":
                await WatchAsync(context, request);
                break;
            case "create" when request.Kind.Kind == "SelfSubjectAccessReview":
                await WriteAsync(context, 201, AccessReview(request, await RequestReader.ObjectAsync(context.Request, cancellation)));
                break;
            case "create" when request.Name is null:
                var created = await writes.CreateAsync(request, await RequestReader.ObjectAsync(context.Request, cancellation), cancellation);
                Warn(context, request);
                await WriteAsync(context, 201, created);
                break;
            case "update":
                var replacement = await RequestReader.ObjectAsync(context.Request, cancellation);
                var replaced = await patching.ChangeAsync(request, _ => replacement.DeepClone().AsObject(), cancellation, retries: false);
                Warn(context, request);
                await WriteAsync(context, 200, replaced);
                break;
            case "patch":
                var type = context.Request.ContentType?.Split(';')[0].Trim();
                var patch = await RequestReader.BodyAsync(context.Request, cancellation);
                var (code, patched) = await patching.PatchAsync(request, type, patch, cancellation);
                Warn(context, request);
                await WriteAsync(context, code, patched);
                break;
            case "delete":
                var options = await RequestReader.BodyAsync(context.Request, cancellation) as JsonObject;
                var deleted = await writes.DeleteAsync(request, options, cancellation);
                Warn(context, request);
                await WriteAsync(context, 200, Deleted(request, deleted));
                break;
            case "deletecollection":
                await DeleteAllAsync(context, request);
                break;
            default:
                throw ApiException.MethodNotAllowed();
        }
    }

    private async Task DeleteAllAsync(HttpContext context, ApiRequest request)
    {
        var options = await RequestReader.BodyAsync(context.Request, context.RequestAborted) as JsonObject;
        var selects = Selectors.Of(request);
        var items = new JsonArray();
        foreach (var stored in store.List(request.Kind).Objects.Where(selects))
        {
            items.Add(await writes.DeleteAsync(request with { Namespace = stored.Namespace, Name = stored.Name }, options, context.RequestAborted));
        }

        Warn(context, request);
        await WriteAsync(context, 200, new JsonObject
        {
            ["kind"] = request.Kind.Kind + "List",
            ["apiVersion"] = request.Kind.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = $"{store.Version}" },
            ["items"] = items,
        });
    }

    private async Task WatchAsync(HttpContext context, ApiRequest request)
    {
        var from = watching.Begin(request);
        context.Response.ContentType = "application/json";
        log.Add(Record(context, request, request.User));
        using var turn = new SemaphoreSlim(1);
        async Task Send(ReadOnlyMemory<byte> bytes)
        {
            await turn.WaitAsync(context.RequestAborted);
            try
            {
                await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
            finally
            {
                turn.Release();
            }
        }

        // Before the client hears of it: from then on it can be cut.
        using var registered = faults.Watch(bytes => Send(bytes), context.Abort);
        try
        {
            await Send(default);
            await watching.RunAsync(request, from, MetadataOnly(context), Send, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
    }

    private async Task AnswerOtherAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (HttpMethods.IsGet(context.Request.Method) && path is "/healthz" or "/livez" or "/readyz")
        {
            await context.Response.WriteAsync("ok");
        }
        else if (HttpMethods.IsGet(context.Request.Method) && discovery.Answer(path) is { } answer)
        {
            await WriteAsync(context, 200, answer);
        }
        else
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await context.Response.WriteAsync("404 page not found\n");
        }
    }

    private JsonObject AccessReview(ApiRequest request, JsonObject review)
    {
        review = new()
        {
            ["kind"] = request.Kind.Kind,
            ["apiVersion"] = request.Kind.ApiVersion,
            ["metadata"] = new JsonObject(),
            ["spec"] = review["spec"]?.DeepClone(),
        };
        ManagedFields.Update(request.Kind with { Empty = """{"spec":{}}""" }, null, review, request.Manager, null, DateTimeOffset.UtcNow);
        var asked = review.Child("spec").Child("resourceAttributes");
        var forbidden = faults.IsForbidden(request.User.Name, asked.Text("verb") ?? "", asked.Text("resource") ?? "", asked.Text("namespace"));
        review["status"] = new JsonObject { ["allowed"] = !forbidden };
        return review;
    }

    private StoredObject Find(ApiRequest request)
        => store.Get(request.Kind, request.Namespace, request.Name!) ?? throw ApiException.NotFound(request.Kind, request.Name!);

    private static JsonObject Deleted(ApiRequest request, JsonObject value)
    {
        // What stays for a while is shown; what is gone is only named.
        if (value.Metadata()["deletionTimestamp"] is not null || request.DryRun)
        {
            return value;
        }

        var details = new JsonObject { ["name"] = request.Name };
        if (request.Kind.Group.Length > 0)
        {
            details["group"] = request.Kind.Group;
        }

        details["kind"] = request.Kind.Plural;
        details["uid"] = value.Metadata().Text("uid");
        return new() { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details };
    }

    private static bool MetadataOnly(HttpContext context)
        => context.Request.Headers.Accept.ToString().Split(',')[0].Contains("as=PartialObjectMetadata", StringComparison.Ordinal);

    private static void Warn(HttpContext context, ApiRequest? request)
    {
        foreach (var warning in WarningHeader.Values(request?.Warnings ?? []))
        {
            context.Response.Headers.Append("Warning", warning);
        }
    }

    private static void Headers(HttpResponse response)
    {
        response.Headers["Audit-Id"] = Guid.NewGuid().ToString();
        response.Headers.CacheControl = "no-cache, private";
    }

    private void Log(HttpContext context, ApiRequest? request, User? user) => log.Add(Record(context, request, user));

    private static RequestRecord Record(HttpContext context, ApiRequest? request, User? user) => new(
        request?.Verb ?? "get",
        request is null ? "" : request.Kind.Plural + (request.Subresource is null ? "" : "/" + request.Subresource),
        context.Request.Path + context.Request.QueryString.ToString(),
        user?.Name ?? "",
        context.Response.StatusCode);

    private static Task WriteAsync(HttpContext context, int status, JsonObject value)
        => WriteAsync(context, status, Encoding.UTF8.GetBytes(value.ToJsonString(Json.Options)));

    private static async Task WriteAsync(HttpContext context, int status, byte[] bytes)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
