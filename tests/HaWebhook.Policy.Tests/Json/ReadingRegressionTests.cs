using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Json;

namespace HaWebhook.Policy.Tests.Json;

public class ReadingRegressionTests
{
    [Fact]
    public void ErrorInACount_HasTheWholePath()
    {
        var cluster = JsonNode.Parse("""{"kind":"Cluster","apiVersion":"postgresql.cnpg.io/v1","metadata":{"name":"a"},"spec":{"instances":"3"}}""")!;

        Assert.Equal(
            "request.object.spec.instances must be a whole number, not a string",
            Refused((ReviewJson.OfCreate(cluster) with { Group = "postgresql.cnpg.io", Resource = "clusters" }).ToNode().ToJsonString()));
    }

    [Fact]
    public void LongPath_IsCutBetweenCharacters()
    {
        var review = ReadFields.Deployment();
        review["request"]!["object"]!["spec"]!["selector"]!["matchLabels"]![string.Concat(Enumerable.Repeat("😀", 300))] = 1.5;

        Assert.DoesNotContain(Rune.ReplacementChar, Refused(review.ToJsonString()).EnumerateRunes());
    }

    private static string Refused(string review) =>
        Assert.Throws<MalformedJsonException>(() => VerdictText.Evaluator.Reader.ReadReview(Encoding.UTF8.GetBytes(review))).Message;
}
