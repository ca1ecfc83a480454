using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

public class NotJudgedTests
{
    private static readonly PolicyEvaluator _evaluator = PolicyText.Evaluator("mode: Enforce\nexistingViolations: Deny");

    [Theory]
    [InlineData("DELETE")]
    [InlineData("CONNECT")]
    public void OtherOperations_AreNotJudged(string operation)
    {
        IsSilent(ReviewJson.OfUpdate(ObjectJson.Deployment(1), ObjectJson.Deployment(1)) with { Operation = operation });
        IsSilent(ReviewJson.OfUpdate(ObjectJson.Deployment(1), ObjectJson.Deployment(1)) with { Operation = operation, Object = null });
    }

    [Theory]
    [InlineData("status")]
    [InlineData("ephemeralcontainers")]
    [InlineData("eviction")]
    [InlineData("binding")]
    [InlineData("resize")]
    [InlineData("exec")]
    public void OtherSubresources_AreNotJudged(string subresource)
    {
        IsSilent(ReviewJson.OfPod(ObjectJson.Pod()) with { Subresource = subresource });
        IsSilent(ReviewJson.OfUpdate(ObjectJson.Deployment(2), ObjectJson.Deployment(1)) with { Subresource = subresource });
    }

    [Fact]
    public void SubresourceThatIsNamedLast_IsNotJudgedEither()
    {
        var status = (ReviewJson.OfUpdate(ObjectJson.Deployment(2), ObjectJson.Deployment(1)) with { Subresource = "status" }).ToNode();
        var request = status["request"]!.AsObject();
        request.Remove("subResource");
        request["subResource"] = "status";
        var review = _evaluator.Reader.ReadReview(Encoding.UTF8.GetBytes(status.ToJsonString()));

        Assert.Same(Verdict.NotJudged, _evaluator.Validate(review, RelatedObjects.None));
        Assert.Same(Verdict.NotJudged, _evaluator.Mutate(review, RelatedObjects.None));
    }

    [Theory]
    [InlineData("cluster.x-k8s.io", "machinedeployments")]
    [InlineData("flink.apache.org", "flinkdeployments")]
    [InlineData("apps", "machines")]
    public void ScaleOfAKindThatThePolicyDoesNotKnow_IsNotJudged(string group, string resource) =>
        IsSilent(ReviewJson.OfScale(3, 1) with { Group = group, Resource = resource });

    [Fact]
    public void ScaleOfADeploymentConfig_IsJudgedInTheVersionThatOpenShiftGivesIt()
    {
        var scale = ReviewJson.OfUpdate(
            ObjectJson.Scale(3).With("apiVersion", "extensions/v1beta1"), ObjectJson.Scale(1).With("apiVersion", "extensions/v1beta1"));
        var review = scale with { Group = "apps.openshift.io", Resource = "deploymentconfigs", Subresource = "scale" };

        Assert.Equal(
            ["Deny minimum-replicas: spec.replicas is 1; must be at least 2"],
            _evaluator.Validate(review.Read(), RelatedObjects.None).Findings.Select(PolicyText.Line));
    }

    [Fact]
    public void Eviction_IsNotJudged()
    {
        var eviction = JsonNode.Parse("""{"kind":"Eviction","apiVersion":"policy/v1","metadata":{"name":"web-0","namespace":"shop"}}""");

        IsSilent(new ReviewJson { Object = eviction, Group = "", Resource = "pods", Subresource = "eviction" });
    }

    [Fact]
    public void SameObjectsJudged_AreDenied()
    {
        var pod = ReviewJson.OfPod(ObjectJson.Pod()).Read();
        var update = ReviewJson.OfUpdate(ObjectJson.Deployment(2), ObjectJson.Deployment(1)).Read();

        Assert.False(_evaluator.Validate(pod, RelatedObjects.None).IsAllowed);
        Assert.False(_evaluator.Validate(update, RelatedObjects.None).IsAllowed);
    }

    [Fact]
    public void Scale_IsJudgedButNotPatched()
    {
        var review = ReviewJson.OfScale(3, 1).Read();

        Assert.False(_evaluator.Validate(review, RelatedObjects.None).IsAllowed);
        Assert.Same(Verdict.NotJudged, _evaluator.Mutate(review, RelatedObjects.None));
    }

    [Fact]
    public void SilentAnswer_SaysNothing()
    {
        var review = ReviewJson.OfScale(3, 1).Read();

        Assert.Same(Answer.Silent, Answer.Of(review, Verdict.NotJudged, _evaluator.Options));
        Assert.True(Answer.Silent.IsAllowed);
        Assert.Equal("", Answer.Silent.Message);
        Assert.Empty(Answer.Silent.Warnings);
        Assert.Empty(Answer.Silent.AuditAnnotations);
    }

    private static void IsSilent(ReviewJson json)
    {
        var review = json.Read();

        Assert.Same(Verdict.NotJudged, _evaluator.Validate(review, RelatedObjects.None));
        Assert.Same(Verdict.NotJudged, _evaluator.Mutate(review, RelatedObjects.None));
        Assert.True(Verdict.NotJudged.IsAllowed);
    }
}
