using System.Buffers;
using System.IO.Pipelines;
using System.Net.Mime;
using System.Text;
using HaWebhook.Cluster;
using HaWebhook.Policy.Json;
using HaWebhook.Serving;
using Microsoft.Net.Http.Headers;

namespace HaWebhook.Admission;

/// <summary>
/// The two webhooks over HTTP. What is no review gets a 4xx and one line that says why; what there is no room or no time for gets a 503 that the API server sends again.
/// </summary>
internal sealed partial class AdmissionEndpoint(
    AdmissionHandler handler, ReviewLimits limits, ServingMetrics metrics, TimeProvider clock, ILogger<AdmissionEndpoint> logger)
{
    /// <summary>
    /// The largest body that is read, 48 MiB. The largest review that an API server can send is below 30 MB: an object
    /// of 3 MiB and one of 1.5 MiB, both of characters that its encoder writes in six bytes.
    /// </summary>
    public const int LargestBody = 48 << 20;

    public async Task HandleAsync(HttpContext context, ReviewKind kind)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await RefuseAsync(context, Refusal.Malformed, StatusCodes.Status405MethodNotAllowed, "reviews are sent by POST");
            return;
        }

        if (!IsJson(request.ContentType))
        {
            await RefuseAsync(context, Refusal.Malformed, StatusCodes.Status415UnsupportedMediaType, "the Content-Type must be application/json");
            return;
        }

        if (request.ContentLength > LargestBody)
        {
            await RefuseAsync(context, Refusal.TooLarge, StatusCodes.Status413PayloadTooLarge, $"the body is larger than {LargestBody} bytes");
            return;
        }

        var connection = context.Features.Get<AdmissionConnection>();
        connection?.BeginReading();
        var isVerdict = false;
        try
        {
            using var body = new ReviewBody(limits, request.ContentLength);
            var arrival = await ReadAsync(context.Request.BodyReader, connection, body, CallBudget.Of(request.QueryString.Value));
            if (arrival.Refusal == Refusal.None)
            {
                connection?.BeginDeciding();
                if (!limits.Reviews.TryTake(1))
                {
                    arrival = await WaitForTurnAsync(arrival.Left);
                }
            }

            if (arrival.Refusal != Refusal.None)
            {
                await TurnAwayAsync(context, arrival);
                return;
            }

            using var answer = new PooledBuffer(1024);
            try
            {
                if (connection is { IsGone: true })
                {
                    // What piled up while there was too much to do must not take time from those who still wait.
                    metrics.Refuse(Refusal.Gone);
                    context.Abort();
                    return;
                }

                await handler.HandleAsync(kind, body.Written, answer, arrival.Left);
            }
            finally
            {
                limits.Reviews.Give(1);
            }

            context.Response.ContentType = MediaTypeNames.Application.Json;
            context.Response.ContentLength = answer.Length;

            // Not flushed here: Kestrel sends it with the end of the response, in one piece with the headers.
            context.Response.BodyWriter.Write(answer.Written.Span);
            isVerdict = true;
        }
        catch (MalformedJsonException exception)
        {
            await RefuseAsync(context, Refusal.Malformed, StatusCodes.Status400BadRequest, exception.Message);
        }
        catch (NotKnownYetException exception)
        {
            context.Response.Headers.Connection = "close";
            context.Response.Headers.RetryAfter = "1";
            await RefuseAsync(context, Refusal.NotReady, StatusCodes.Status503ServiceUnavailable, exception.Message);
        }
        catch (BadHttpRequestException exception)
        {
            await (exception.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => RefuseAsync(context, Refusal.TooLarge, exception.StatusCode, $"the body is larger than {LargestBody} bytes"),
                StatusCodes.Status408RequestTimeout => TurnAwayAsync(context, new(Refusal.TooSlow, TimeSpan.Zero)),
                StatusCodes.Status411LengthRequired => RefuseAsync(context, Refusal.TooLarge, exception.StatusCode, exception.Message),
                _ => RefuseAsync(context, Refusal.Malformed, exception.StatusCode, "the request broke off or is no HTTP"),
            });
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The connection broke: there is nobody to answer. Whether the server has noticed that by itself yet is a matter of chance.
            context.Abort();
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            Log.Failed(logger, exception.GetType().Name, exception.StackTrace ?? "");
            await RefuseAsync(context, Refusal.Failed, StatusCodes.Status500InternalServerError, "HaWebhook failed to decide this review; its log says where");
        }
        finally
        {
            connection?.End(isVerdict);
        }
    }

    /// <summary>Reads the body. The usual one is there whole already, and costs no more than that.</summary>
    private ValueTask<Arrival> ReadAsync(PipeReader reader, AdmissionConnection? connection, ReviewBody body, TimeSpan budget)
    {
        // Without the token of the request, which Kestrel would have to make for each: a connection that breaks ends the read by itself.
        var reading = reader.ReadAsync();
        if (!reading.IsCompletedSuccessfully)
        {
            return ReadOnAsync(reader, connection, reading, body, budget);
        }

        var read = reading.Result;
        if (!read.IsCompleted || !body.TryAppendWithoutGrowing(read.Buffer))
        {
            return ReadOnAsync(reader, connection, new(read), body, budget);
        }

        reader.AdvanceTo(read.Buffer.End);
        return new(new Arrival(Refusal.None, budget));
    }

    private async ValueTask<Arrival> ReadOnAsync(
        PipeReader reader, AdmissionConnection? connection, ValueTask<ReadResult> reading, ReviewBody body, TimeSpan budget)
    {
        var started = clock.GetTimestamp();
        TimeSpan? shareTaken = null;
        connection?.Expect(reader, budget);
        try
        {
            while (true)
            {
                var read = await reading;
                bool isTaken;
                try
                {
                    isTaken = body.TryAppend(read.Buffer)
                        || (await body.ReserveAsync(ReviewLimits.LongestWait(budget - clock.GetElapsedTime(started))) && body.TryAppend(read.Buffer));
                }
                finally
                {
                    reader.AdvanceTo(read.Buffer.End);
                }

                var elapsed = clock.GetElapsedTime(started);
                var left = budget - elapsed;
                if (left <= TimeSpan.Zero)
                {
                    return new(Refusal.TooSlow, left);
                }

                if (!isTaken)
                {
                    return new(Refusal.Overload, left);
                }

                if (read.IsCompleted)
                {
                    return new(Refusal.None, left);
                }

                if (body.HasShare)
                {
                    // Others wait for what it holds: it has to keep up a rate from there on.
                    shareTaken ??= elapsed;
                    var due = shareTaken.Value + ReviewLimits.LongestDelivery(body.Written.Length) - elapsed;
                    if (due <= TimeSpan.Zero)
                    {
                        return new(Refusal.TooSlow, left);
                    }

                    connection?.Expect(reader, due < left ? due : left);
                }
                else if (read.IsCanceled)
                {
                    // Rung for the one before, or too early.
                    connection?.Expect(reader, left);
                }

                reading = reader.ReadAsync();
            }
        }
        finally
        {
            connection?.StopExpecting();
        }
    }

    private async ValueTask<Arrival> WaitForTurnAsync(TimeSpan left)
    {
        var started = clock.GetTimestamp();
        if (!await limits.Reviews.TakeAsync(1, ReviewLimits.LongestWait(left)))
        {
            return new(Refusal.Overload, TimeSpan.Zero);
        }

        left -= clock.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            return new(Refusal.None, left);
        }

        // Its turn came in time, and a busy machine went on with it too late.
        limits.Reviews.Give(1);
        return new(Refusal.Overload, left);
    }

    /// <summary>
    /// The API server sends a review that was answered like this again, after a second and on another connection, as often as the call's time allows (client-go,
    /// with_retry.go). After no time at all it would send it ten times at once. A body that took all of the call's time is nobody's any more: its caller has given up.
    /// </summary>
    private Task TurnAwayAsync(HttpContext context, Arrival arrival)
    {
        context.Response.Headers.Connection = "close";
        var isSlow = arrival.Refusal == Refusal.TooSlow;
        if (isSlow && arrival.Left <= TimeSpan.Zero)
        {
            return RefuseAsync(context, arrival.Refusal, StatusCodes.Status408RequestTimeout, "the body did not come in the time that the call has");
        }

        context.Response.Headers.RetryAfter = "1";
        return RefuseAsync(
            context,
            arrival.Refusal,
            StatusCodes.Status503ServiceUnavailable,
            isSlow ? "the body comes too slowly, and others wait for the memory that it takes; send it again in a second" : "too many reviews at a time; send it again in a second");
    }

    /// <summary>Whether a body is sent as JSON.</summary>
    internal static bool IsJson(string? contentType) =>
        contentType == MediaTypeNames.Application.Json
        || (MediaTypeHeaderValue.TryParse(contentType, out var parsed) && parsed.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase));

    private Task RefuseAsync(HttpContext context, Refusal refusal, int status, string reason)
    {
        metrics.Refuse(refusal);
        return RefuseAsync(context, status, reason);
    }

    /// <summary>Answers what is no review: one line that says why.</summary>
    internal static async Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        var line = Encoding.UTF8.GetBytes(Policy.Evaluation.SingleLine.Of(reason) + "\n");
        context.Response.ContentLength = line.Length;
        await context.Response.BodyWriter.WriteAsync(line, context.RequestAborted);
    }

    /// <summary>Whether a review is there, and what time is left for it.</summary>
    private readonly record struct Arrival(Refusal Refusal, TimeSpan Left);

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Error, "a review failed with {Exception}: {StackTrace}")]
        public static partial void Failed(ILogger logger, string exception, string stackTrace);
    }
}
