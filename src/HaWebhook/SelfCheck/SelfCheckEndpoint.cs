using System.Buffers;
using System.Net.Mime;
using System.Text.Json;
using HaWebhook.Admission;
using HaWebhook.Certificates;
using HaWebhook.Serving;
using Microsoft.AspNetCore.Http.Features;

namespace HaWebhook.SelfCheck;

/// <summary>The webhook that shows that reviews arrive: it allows every write of a Lease, and answers a token with a warning that holds it.</summary>
internal sealed class SelfCheckEndpoint(ServiceIdentity identity)
{
    /// <summary>The largest body, 64 KiB. The review of the Lease takes about 2 KiB.</summary>
    private const int LargestBody = 64 << 10;

    /// <summary>The longest token that is answered. Ours have 32 characters.</summary>
    private const int LongestToken = 64;

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await AdmissionEndpoint.RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "reviews are sent by POST");
            return;
        }

        if (!AdmissionEndpoint.IsJson(context.Request.ContentType))
        {
            await AdmissionEndpoint.RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "the Content-Type must be application/json");
            return;
        }

        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LargestBody;
        try
        {
            var review = await JsonSerializer.DeserializeAsync(context.Request.Body, LeaseReviewJson.Default.LeaseReview, context.RequestAborted);
            if (review is not { ApiVersion: "admission.k8s.io/v1", Kind: "AdmissionReview", Request: { Uid.Length: > 0 } request })
            {
                await SendAwayAsync(context, "the body must be an AdmissionReview of admission.k8s.io/v1 with a request and its uid");
            }
            else if (request.Resource is not { Group: "coordination.k8s.io", Plural: "leases" })
            {
                await SendAwayAsync(context, $"{SelfCheckWebhook.Path} decides writes of leases and nothing else");
            }
            else
            {
                Answer(context, request);
            }
        }
        catch (JsonException)
        {
            await SendAwayAsync(context, "the body is not the AdmissionReview of a Lease in JSON");
        }
        catch (BadHttpRequestException exception)
        {
            await AdmissionEndpoint.RefuseAsync(context, exception.StatusCode, exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? $"the body is larger than {LargestBody} bytes"
                : "the request broke off or is no HTTP");
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The connection broke: there is nobody to answer.
            context.Abort();
        }
    }

    private static Task SendAwayAsync(HttpContext context, string reason) =>
        AdmissionEndpoint.RefuseAsync(context, StatusCodes.Status400BadRequest, reason);

    private void Answer(HttpContext context, LeaseReviewRequest request)
    {
        var token = request.Object?.Metadata?.Annotations?.GetValueOrDefault(SelfCheckWebhook.TokenAnnotation);
        var isToken = token is { Length: > 0 and <= LongestToken } && token.All(char.IsAsciiLetterOrDigit);
        using var body = new PooledBuffer(1024);
        AnswerWriter.Write(body, request.Uid!, Policy.Evaluation.Answer.Silent with { Warnings = isToken ? [SelfCheckWebhook.Warning(identity, token!)] : [] }, []);
        context.Response.ContentType = MediaTypeNames.Application.Json;
        context.Response.ContentLength = body.Length;
        context.Response.BodyWriter.Write(body.Written.Span);
        context.Features.Get<AdmissionConnection>()?.Prove();
    }
}
