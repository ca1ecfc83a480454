using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

/// <summary>What is told when an autoscaler or a disruption budget goes. Nothing is ever denied.</summary>
public class DeletionTests
{
    private const string LeftAtOne =
        "Warn minimum-replicas: Deployment/web spec.replicas is 1 once HorizontalPodAutoscaler web is gone; must be at least 2";

    private const string Unprotected =
        "pod-disruption-budget: Deployment/web spec.template.metadata.labels are selected by no PodDisruptionBudget once web is gone; "
        + "one must keep drains from taking all 3 replicas at once";

    private static readonly PolicyEvaluator _evaluator = PolicyText.Evaluator("existingViolations: Deny\nonRuleError: Deny");

    public static TheoryData<string, JsonNode[], string[]> Autoscalers => new()
    {
        { "left at one", [ObjectJson.Deployment(1)], [LeftAtOne] },
        { "left at three", [ObjectJson.Deployment(3)], [] },
        { "switched off", [ObjectJson.Deployment(0)], [] },
        { "nothing that it scales", [], [] },
        { "another has a floor of two", [ObjectJson.Deployment(1), RelatedJson.ScaledObject(2)], [] },
        {
            "another has a floor of one",
            [ObjectJson.Deployment(3), RelatedJson.Autoscaler(1, "other")],
            ["Warn minimum-replicas: HorizontalPodAutoscaler/other spec.minReplicas is 1 once HorizontalPodAutoscaler web is gone; must be at least 2"]
        },
        { "it was below the minimum itself", [ObjectJson.Deployment(1), RelatedJson.Autoscaler(1)], [LeftAtOne] },
    };

    /// <summary>With and without the autoscaler itself among what is known.</summary>
    [Theory]
    [MemberData(nameof(Autoscalers))]
    public void Autoscaler_LeavesItsWorkloadAtItsOwnReplicas(string what, JsonNode[] related, string[] findings)
    {
        Assert.NotEmpty(what);
        foreach (var around in new[] { related, [.. related, RelatedJson.Autoscaler(4)] })
        {
            var verdict = _evaluator.Validate(Delete(RelatedJson.Autoscaler(4)).Read(), RelatedJson.Of(around));

            Assert.Equal(findings, Lines(verdict));
            Assert.True(verdict.IsAllowed);
            Assert.Equal(findings.Length > 0, verdict.IsJudged);
        }
    }

    [Fact]
    public void Autoscaler_FixIsForTheWorkload() =>
        Assert.StartsWith(
            "Set spec.replicas to 2 or more. ",
            Assert.Single(_evaluator.Validate(Delete(RelatedJson.Autoscaler(4)).Read(), RelatedJson.Of(ObjectJson.Deployment(1))).Findings).Fix,
            StringComparison.Ordinal);

    public static TheoryData<string, JsonNode[], string[]> Budgets => new()
    {
        { "the only one", [ObjectJson.Deployment(3), RelatedJson.Budget()], ["Audit " + Unprotected] },
        { "not known any more", [ObjectJson.Deployment(3)], ["Audit " + Unprotected] },
        { "another selects the same pods", [ObjectJson.Deployment(3), RelatedJson.Budget(), RelatedJson.Budget(name: "other")], [] },
        { "another selects others", [ObjectJson.Deployment(3), RelatedJson.Budget(), RelatedJson.Budget(name: "other", app: "api")], ["Audit " + Unprotected] },
        { "one replica", [ObjectJson.Deployment(1), RelatedJson.Budget()], [] },
        { "switched off", [ObjectJson.Deployment(0), RelatedJson.Budget()], [] },
        { "autoscaled from three", [ObjectJson.Deployment(1), RelatedJson.Autoscaler(3), RelatedJson.Budget()], ["Audit " + Unprotected] },
        { "selects nothing", [RelatedJson.Budget()], [] },
    };

    [Theory]
    [MemberData(nameof(Budgets))]
    public void LastBudget_LeavesItsWorkloadsUnprotected(string what, JsonNode[] related, string[] findings)
    {
        Assert.NotEmpty(what);
        var verdict = _evaluator.Validate(Delete(RelatedJson.Budget()).Read(), RelatedJson.Of(related));

        Assert.Equal(findings, Lines(verdict));
        Assert.True(verdict.IsAllowed);
    }

    [Theory]
    [InlineData("Deny", "Warn ")]
    [InlineData("Warn", "Warn ")]
    [InlineData("Audit", "Audit ")]
    public void Action_IsAWarningAtMost(string action, string told)
    {
        var evaluator = PolicyText.Evaluator($"rules: {{pod-disruption-budget: {{action: {action}}}}}");
        var review = Delete(RelatedJson.Budget()).Read();
        var verdict = evaluator.Validate(review, RelatedJson.Of(ObjectJson.Deployment(3)));

        Assert.Equal([told + Unprotected], Lines(verdict));
        var answer = Answer.Of(review, verdict, evaluator.Options);
        Assert.True(answer.IsAllowed);
        Assert.Equal(told == "Warn ", answer.Warnings.Count == 1);
        Assert.All(answer.Warnings, warning => Assert.True(warning.Length <= 120));
    }

    [Fact]
    public void ModeCapsIt() =>
        Assert.Equal(
            ["Audit minimum-replicas: Deployment/web spec.replicas is 1 once HorizontalPodAutoscaler web is gone; must be at least 2"],
            Lines(PolicyText.Evaluator("mode: Audit").Validate(Delete(RelatedJson.Autoscaler(4)).Read(), RelatedJson.Of(ObjectJson.Deployment(1)))));

    [Fact]
    public void WhatIsExempt_IsExcused()
    {
        var workload = ObjectJson.Deployment(1).WithAnnotations("metadata.annotations", "exempt=all; exempt-reason=tests");
        var verdict = _evaluator.Validate(Delete(RelatedJson.Autoscaler(4)).Read(), RelatedJson.Of(workload));

        Assert.Empty(verdict.Findings);
        Assert.Equal(["minimum-replicas"], verdict.Exempt.Select(exempt => exempt.Rule));
        var budget = RelatedJson.Budget().WithAnnotations("metadata.annotations", "exempt=pod-disruption-budget; exempt-reason=tests");
        Assert.Empty(_evaluator.Validate(Delete(budget).Read(), RelatedJson.Of(ObjectJson.Deployment(3))).Findings);
    }

    [Theory]
    [InlineData("system:serviceaccount:kube-system:generic-garbage-collector")]
    [InlineData("system:serviceaccount:kube-system:namespace-controller")]
    public void WhatAControllerTakesAway_IsSilent(string user)
    {
        var review = (Delete(RelatedJson.Autoscaler(4)) with { User = user }).Read();

        Assert.Same(Verdict.NotJudged, _evaluator.Validate(review, RelatedJson.Of(ObjectJson.Deployment(1))));
    }

    [Fact]
    public void AutoscalerThatKedaMade_IsSilent()
    {
        var autoscaler = RelatedJson.Autoscaler(4).With("metadata.ownerReferences", ObjectJson.Owner("keda.sh/v1alpha1", "ScaledObject", "1"));

        Assert.Same(Verdict.NotJudged, _evaluator.Validate(Delete(autoscaler).Read(), RelatedJson.Of(ObjectJson.Deployment(1))));
    }

    [Fact]
    public void WithoutACluster_NothingCanBeSaid()
    {
        foreach (var gone in new[] { RelatedJson.Autoscaler(1), RelatedJson.Budget(), RelatedJson.ScaledObject(1) })
        {
            var review = Delete(gone).Read();

            Assert.Same(Answer.Silent, Answer.Of(review, _evaluator.Validate(review, RelatedObjects.None), PolicyOptions.Default));
            Assert.Same(Verdict.NotJudged, _evaluator.Mutate(review, RelatedObjects.None));
        }
    }

    [Theory]
    [InlineData("apps", "deployments")]
    public void OtherObjects_AreNotEvenRead(string group, string resource)
    {
        var review = (Delete(ObjectJson.Deployment(1)) with { Group = group, Resource = resource }).Read();

        Assert.Null(review.OldSubject);
        Assert.Same(Verdict.NotJudged, _evaluator.Validate(review, RelatedJson.Of(ObjectJson.Deployment(1))));
    }

    /// <summary>A deletion must not fail because nobody can read what is deleted.</summary>
    [Theory]
    [InlineData("""{"metadata":{"name":"web"},"spec":{"minReplicas":"many"}}""")]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("null")]
    [InlineData("7")]
    public void ObjectThatCannotBeRead_IsDeletedAllTheSame(string old)
    {
        var node = Delete(RelatedJson.Autoscaler(4)).ToNode();
        node["request"]!["oldObject"] = JsonNode.Parse(old);
        var review = _evaluator.Reader.ReadReview(System.Text.Encoding.UTF8.GetBytes(node.ToJsonString()));

        Assert.Null(review.OldSubject);
        Assert.True(_evaluator.Validate(review, RelatedJson.Of(ObjectJson.Deployment(1))).IsAllowed);
    }

    private static ReviewJson Delete(JsonNode gone) => new() { Operation = "DELETE", Object = null, OldObject = gone, Group = "policy", Resource = "anything" };

    private static IEnumerable<string> Lines(Verdict verdict) => verdict.Findings.Select(PolicyText.Line);
}
