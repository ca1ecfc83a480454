using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace HaWebhook.Benchmarks;

/// <summary>Sends each review once before anything is measured: a server that answers wrongly can be very fast.</summary>
internal sealed class AnswerCheck(ThrowAwayCertificate certificate)
{
    private static readonly TimeSpan _readyLimit = TimeSpan.FromSeconds(30);

    /// <returns>Each answer in a few words, for the report.</returns>
    public async Task<IReadOnlyDictionary<ReviewCase, string>> AskAsync(
        ServerProcess server, IReadOnlyList<ReviewCase> reviews, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(certificate.CreateClientHandler());
        var answers = new Dictionary<ReviewCase, string>();
        foreach (var review in reviews)
        {
            answers[review] = await AskAsync(client, server, review, cancellationToken);
        }

        return answers;
    }

    private static async Task<string> AskAsync(
        HttpClient client, ServerProcess server, ReviewCase review, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            using var content = new ByteArrayContent(review.Body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await client.PostAsync(new Uri(server.Address, review.PathAndQuery), content, cancellationToken);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return Describe(server, review, answer);
            }

            // A webhook that has just started may not be ready yet.
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || Stopwatch.GetElapsedTime(start) > _readyLimit)
            {
                throw server.Failure($"answered {(int)response.StatusCode} to {review.Title}:");
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    private static string Describe(ServerProcess server, ReviewCase review, byte[] answer)
    {
        try
        {
            using var asked = JsonDocument.Parse(review.Body, new JsonDocumentOptions { MaxDepth = 1000 });
            using var answered = JsonDocument.Parse(answer);
            var response = answered.RootElement.GetProperty("response");
            var uid = response.GetProperty("uid").GetString();
            if (uid != asked.RootElement.GetProperty("request").GetProperty("uid").GetString())
            {
                throw server.Failure($"answered {review.Title} with the wrong uid, {uid}:");
            }

            var verdict = response.GetProperty("allowed").GetBoolean() ? "allowed" : "denied";
            var warnings = response.TryGetProperty("warnings", out var list) ? list.GetArrayLength() : 0;
            var patch = response.TryGetProperty("patch", out var bytes) ? bytes.GetBytesFromBase64().Length : 0;
            return verdict
                + (patch > 0 ? $", patch of {patch:N0} bytes" : "")
                + (warnings > 0 ? $", {warnings} warning{(warnings == 1 ? "" : "s")}" : "");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or FormatException)
        {
            throw server.Failure($"gave no AdmissionReview for an answer to {review.Title}:", exception);
        }
    }
}
