using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.JsonPatch;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace HaWebhook.Tests.Admission;

/// <summary>Every review that a real API server sent gets the right answer from the running server over TLS.</summary>
public sealed class CapturedReviewTests : IAsyncLifetime
{
    private static readonly string _reviews = Path.Combine(AppContext.BaseDirectory, "Reviews");
    private RunningServer _server = null!;

    /// <summary>What is expected of each review: decision, rules of its warnings and violations, filled-in fields.</summary>
    public static TheoryData<string, string, string, string> Decisions()
    {
        var rows = new TheoryData<string, string, string, string>();
        foreach (var line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Admission", "decisions.tsv")).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var cells = line.Split('\t');
            rows.Add(cells[0], cells[1], cells[2], cells[3]);
        }

        return rows;
    }

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public void The_table_names_every_review()
    {
        var files = Directory.GetFiles(_reviews, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);
        Assert.Equal(files, Decisions().Select(row => row.Data.Item1).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task A_captured_review_gets_the_right_answer(string review, string decision, string rules, string filledIn)
    {
        var body = await File.ReadAllBytesAsync(Path.Combine(_reviews, review + ".json"), TestContext.Current.CancellationToken);
        var answer = await AskAsync(review, body);

        Assert.Equal(decision, Describe(answer));
        Assert.Equal(rules, string.Join(",", RulesOf(answer)));
        Assert.Equal(filledIn, string.Join(",", FieldsOf(answer)));
        Assert.All(answer.Warnings, warning => Assert.True(warning.Length <= 120 && !warning.Any(char.IsControl), warning));
        if (!answer.IsAllowed)
        {
            Assert.Equal((403, "Forbidden"), (answer.Code, answer.Reason));
        }

        if (answer.Patch is not null)
        {
            Assert.EndsWith(".mutate", review);
            var patched = Apply(body, answer.Patch);
            var again = await AskAsync(review, patched);
            Assert.Null(again.Patch);
        }
    }

    private async Task<AdmissionAnswer> AskAsync(string review, byte[] body)
    {
        var path = review.EndsWith(".mutate", StringComparison.Ordinal) ? "/mutate?timeout=5s" : "/validate?timeout=5s";
        using var response = await _server.PostAsync(path, body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        var answer = AdmissionAnswer.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(JsonNode.Parse(body)!["request"]!["uid"]!.GetValue<string>(), answer.Uid);
        return answer;
    }

    private static string Describe(AdmissionAnswer answer) =>
        !answer.IsAllowed ? "deny" : answer.Annotations.GetValueOrDefault("decision", "unjudged");

    private static IEnumerable<string> RulesOf(AdmissionAnswer answer) =>
        answer.Annotations.GetValueOrDefault("violations", "")
            .Split(" | ", StringSplitOptions.RemoveEmptyEntries)
            .Where(violation => violation.Contains(':', StringComparison.Ordinal))
            .Select(violation => violation.Split(':')[0])
            .Distinct();

    private static IEnumerable<string> FieldsOf(AdmissionAnswer answer) =>
        answer.Patch is null ? [] : JsonNode.Parse(answer.Patch)!.AsArray().Select(operation => operation!["path"]!.GetValue<string>());

    /// <summary>Applies the patch by an implementation that is not ours.</summary>
    private static byte[] Apply(byte[] review, byte[] patch)
    {
        var root = JsonConvert.DeserializeObject<JObject>(Encoding.UTF8.GetString(review), new JsonSerializerSettings { DateParseHandling = DateParseHandling.None })!;
        var subject = (JObject)root["request"]!["object"]!;
        var document = JsonConvert.DeserializeObject<JsonPatchDocument>(Encoding.UTF8.GetString(patch))!;
        document.ApplyTo(subject);
        return Encoding.UTF8.GetBytes(root.ToString(Formatting.None));
    }
}
