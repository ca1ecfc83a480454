using System.Buffers;
using System.Net.Mime;
using System.Text;
using HaWebhook.Policy.Json;
using Microsoft.Net.Http.Headers;

namespace HaWebhook.Admission;

/// <summary>The two webhooks over HTTP: what is no review gets a 4xx and one line that says why.</summary>
internal sealed partial class AdmissionEndpoint(AdmissionHandler handler, ILogger<AdmissionEndpoint> logger)
{
    /// <summary>
    /// The largest body that is read, 48 MiB. The largest review that an API server can send is below 30 MB: an object
    /// of 3 MiB and one of 1.5 MiB, both of characters that its encoder writes in six bytes.
    /// </summary>
    public const int LargestBody = 48 << 20;

    /// <summary>What is reserved at once for a body: a length is only a promise until the bytes have come.</summary>
    private const int FirstReservation = 256 << 10;

    public async Task HandleAsync(HttpContext context, ReviewKind kind)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "reviews are sent by POST");
            return;
        }

        if (!IsJson(request.ContentType))
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "the Content-Type must be application/json");
            return;
        }

        if (request.ContentLength > LargestBody)
        {
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"the body is larger than {LargestBody} bytes");
            return;
        }

        try
        {
            using var body = new PooledBuffer((int)Math.Min(request.ContentLength ?? 4096, FirstReservation));
            await ReadAsync(request, body);
            using var answer = new PooledBuffer(1024);
            await handler.HandleAsync(kind, body.Written, answer, CallBudget.Of(request.QueryString.Value));
            context.Response.ContentType = MediaTypeNames.Application.Json;
            context.Response.ContentLength = answer.Length;

            // Not flushed here: Kestrel sends it with the end of the response, in one piece with the headers.
            context.Response.BodyWriter.Write(answer.Written.Span);
        }
        catch (MalformedJsonException exception)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, exception.Message);
        }
        catch (BadHttpRequestException exception)
        {
            await RefuseAsync(context, exception.StatusCode, exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? $"the body is larger than {LargestBody} bytes"
                : "the request broke off or is no HTTP");
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone: there is nobody to answer.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            Log.Failed(logger, exception.GetType().Name, exception.StackTrace ?? "");
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "HaWebhook failed to decide this review; its log says where");
        }
    }

    private static async ValueTask ReadAsync(HttpRequest request, PooledBuffer body)
    {
        while (true)
        {
            // Without the token of the request, which Kestrel would have to make for each: a connection that breaks ends the read by itself.
            var read = await request.BodyReader.ReadAsync();
            foreach (var segment in read.Buffer)
            {
                body.Write(segment.Span);
            }

            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Whether a body is sent as JSON.</summary>
    internal static bool IsJson(string? contentType) =>
        contentType == MediaTypeNames.Application.Json
        || (MediaTypeHeaderValue.TryParse(contentType, out var parsed) && parsed.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase));

    /// <summary>Answers what is no review: one line that says why.</summary>
    internal static async Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        var line = Encoding.UTF8.GetBytes(Policy.Evaluation.SingleLine.Of(reason) + "\n");
        context.Response.ContentLength = line.Length;
        await context.Response.BodyWriter.WriteAsync(line, context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Error, "a review failed with {Exception}: {StackTrace}")]
        public static partial void Failed(ILogger logger, string exception, string stackTrace);
    }
}
