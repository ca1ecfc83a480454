using System.Text.Json.Nodes;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Tests.Evaluation;
using HaWebhook.Policy.Tests.Manifests;

namespace HaWebhook.Policy.Tests.Rules;

/// <summary>What topology-spread advises is what default-topology-spread fills in, and is right once it is pasted.</summary>
public class TopologySpreadAdviceTests
{
    private const string Advice = "Add topologySpreadConstraints: ";
    private const string Constraints = "spec.template.spec.topologySpreadConstraints";

    [Theory]
    [InlineData("Deployment", """{"matchLabels":{"app":"web"}}""", """{"app":"web"}""")]
    [InlineData("Deployment", """{"matchLabels":{"app":"web"}}""", """{"app":"web","version":"2","pod-template-hash":"1"}""")]
    [InlineData("Deployment", """{"matchLabels":{"pod-template-hash":"1"}}""", """{"app":"web","pod-template-hash":"1"}""")]
    [InlineData("Deployment", """{"matchExpressions":[{"key":"app","operator":"In","values":["web","true"]}]}""", """{"app":"web"}""")]
    [InlineData("Deployment", """{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"track","operator":"Exists"}]}""", """{"app":"web","track":"on"}""")]
    [InlineData("StatefulSet", """{"matchLabels":{"app":"web"}}""", """{"app":"web","version":"2"}""")]
    [InlineData("ReplicaSet", """{"matchLabels":{"app":"web"}}""", """{"app":"web","version":"2"}""")]
    public void Advice_IsWhatWouldBeFilledIn(string kind, string selector, string labels)
    {
        var bare = ObjectJson.Deployment()
            .With("kind", kind)
            .WithJson("spec.selector", selector)
            .WithJson("spec.template.metadata.labels", labels)
            .Without(Constraints);

        var review = ReviewJson.OfCreate(bare).Read();
        var filledIn = JsonNode.Parse(Assert.Single(PolicyText.Evaluator("").Mutate(review, RelatedObjects.None).Changes).Change.Value.Span)!.AsArray();
        var advised = JsonNode.Parse(Reading.Json(AdviceFor(bare)!))!.AsArray();

        Assert.Equal(InOrder(filledIn), InOrder(advised));
        Assert.Null(AdviceFor(bare.With(Constraints, advised.DeepClone())));
    }

    /// <summary>What is advised, as YAML; null where nothing is.</summary>
    private static string? AdviceFor(JsonNode subject)
    {
        var findings = PolicyText.Evaluator("").Validate(ReviewJson.OfCreate(subject).Read(), RelatedObjects.None).Findings;
        var fix = findings.SingleOrDefault(finding => finding.Rule == "topology-spread")?.Fix;
        Assert.True(fix is null || fix.StartsWith(Advice, StringComparison.Ordinal), fix);
        return fix?[Advice.Length..^1];
    }

    private static IEnumerable<string> InOrder(JsonArray constraints) =>
        constraints.Select(constraint => constraint!.ToJsonString()).Order(StringComparer.Ordinal);
}
