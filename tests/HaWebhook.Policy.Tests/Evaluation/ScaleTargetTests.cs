using System.Text.Json.Nodes;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

/// <summary>A scale is judged with the workload that it is about.</summary>
public class ScaleTargetTests
{
    private const string TooFew = "Deny minimum-replicas: spec.replicas is 1; must be at least 2";
    private const string Annotate = "annotate Deployment web ha-webhook.io/exempt: minimum-replicas and ha-webhook.io/exempt-reason: <why>.";

    private static readonly PolicyEvaluator _evaluator = PolicyText.Evaluator("");

    [Theory]
    [InlineData("", "", TooFew)]
    [InlineData("exempt=minimum-replicas; exempt-reason=leader elected", "")]
    [InlineData("", "exempt=all; exempt-reason=leader elected")]
    [InlineData("exempt=image-tag; exempt-reason=leader elected", "", TooFew)]
    [InlineData(
        "exempt=all",
        "",
        "Warn exemptions: Deployment/web metadata.annotations[ha-webhook.io/exempt-reason] is missing; an exemption must say why",
        TooFew)]
    [InlineData(
        "",
        "exempt=all; exempt-reason=tests; exempt-until=2026-11-19",
        "Warn exemptions: Deployment/web spec.template.metadata.annotations[ha-webhook.io/exempt-until] is 2026-11-19, which has passed",
        TooFew)]
    [InlineData("autoscaled=true", "", "Warn minimum-replicas: spec.replicas is 1 and no autoscaler is known yet; must be at least 2")]
    [InlineData("", "autoscaled=true", "Warn minimum-replicas: spec.replicas is 1 and no autoscaler is known yet; must be at least 2")]
    public void AnnotationsOfTheWorkload_CountForTheScale(string own, string ofTemplate, params string[] findings)
    {
        var workload = ObjectJson.Deployment(2).WithAnnotations("metadata.annotations", own).WithAnnotations("spec.template.metadata.annotations", ofTemplate);

        Assert.Equal(findings, Judge(new RelatedObjects { Target = RelatedJson.Read(workload) }).Findings.Select(PolicyText.Line));
        Assert.Equal(findings, Judge(RelatedJson.Of(workload)).Findings.Select(PolicyText.Line));
        Assert.Equal([TooFew], Judge(RelatedObjects.None).Findings.Select(PolicyText.Line));
    }

    [Fact]
    public void ExemptionThatMadeTheDifference_IsTold()
    {
        var workload = ObjectJson.Deployment(2).WithAnnotations("metadata.annotations", "exempt=all; exempt-reason=tests");
        var verdict = Judge(new RelatedObjects { Target = RelatedJson.Read(workload) });

        Assert.Equal("minimum-replicas: tests (annotation)", Assert.Single(verdict.Exempt.Select(exempt => $"{exempt.Rule}: {exempt.Exemption}")));
        Assert.True(verdict.IsAllowed);
    }

    [Fact]
    public void WorkloadThatWasLookedUp_GoesBeforeTheOneThatIsKnown()
    {
        var known = RelatedJson.Of(ObjectJson.Deployment(2).WithAnnotations("metadata.annotations", "exempt=all; exempt-reason=tests"));

        Assert.Empty(Judge(known).Findings);
        Assert.Equal([TooFew], Judge(known with { Target = RelatedJson.Read(ObjectJson.Deployment(2)) }).Findings.Select(PolicyText.Line));
    }

    [Theory]
    [InlineData("metadata.name", "api")]
    [InlineData("kind", "StatefulSet")]
    public void AnotherWorkload_DoesNotCount(string field, string value)
    {
        var other = ObjectJson.Deployment(2).WithAnnotations("metadata.annotations", "exempt=all; exempt-reason=tests").With(field, value);

        Assert.Equal([TooFew], Judge(new RelatedObjects { Target = RelatedJson.Read(other) }).Findings.Select(PolicyText.Line));
    }

    public static TheoryData<string, string> Fixes => new()
    {
        { "plain", $"Scale to 2 or more, or to 0 to switch it off. If fewer are right, {Annotate}" },
        {
            "claim",
            "All pods would mount the claim data, which only one node can use unless it is ReadWriteMany: give each pod its own claim (StatefulSet with "
                + $"volumeClaimTemplates) or make it ReadWriteMany, then scale to 2 or more, or to 0 to switch it off. If fewer are right, {Annotate}"
        },
        { "quorum", $"Scale to 3 or more, or to 0 to switch it off. If fewer are right, {Annotate}" },
        {
            "autoscaler",
            $"Set spec.minReplicas of HorizontalPodAutoscaler web to 2 or more, or scale to 0 to switch it off. If fewer are right, {Annotate}"
        },
        {
            "unknown",
            "Scale to 2 or more, or to 0 to switch it off. A scale carries no annotations: if fewer are right, annotate the Deployment itself "
                + "ha-webhook.io/exempt: minimum-replicas and ha-webhook.io/exempt-reason: <why>, and set spec.replicas there."
        },
    };

    [Theory]
    [MemberData(nameof(Fixes))]
    public void Fix_IsRightForTheWorkload(string what, string fix)
    {
        JsonNode[] related = what switch
        {
            "claim" => [ObjectJson.Deployment().WithClaim()],
            "quorum" => [ObjectJson.Deployment().WithAnnotations("metadata.annotations", "quorum=etcd")],
            "autoscaler" => [ObjectJson.Deployment(), RelatedJson.Autoscaler(1)],
            "unknown" => [],
            _ => [ObjectJson.Deployment()],
        };

        Assert.Equal(fix, Assert.Single(Judge(RelatedJson.Of(related)).Findings).Fix);
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", "ReplicaSet", true)]
    [InlineData("argoproj.io/v1alpha1", "Rollout", "Deployment", true)]
    [InlineData("made-up.example.com/v1", "Anything", "Deployment", false)]
    [InlineData("apps/v1", "Deployment", "Deployment", false)]
    public void ScaleOfWhatAControllerOwns_IsNotJudged(string apiVersion, string owner, string kind, bool isControlled)
    {
        var workload = ObjectJson.Deployment().With("kind", kind).With("metadata.ownerReferences", ObjectJson.Owner(apiVersion, owner, "1"));
        var review = (ReviewJson.OfScale(2, 1) with { Resource = kind == "ReplicaSet" ? "replicasets" : "deployments" }).Read();
        var verdict = _evaluator.Validate(review, new RelatedObjects { Target = RelatedJson.Read(workload), ServesGroup = group => group == "argoproj.io" });

        Assert.Equal(isControlled ? $"{owner} web" : "", verdict.ControlledBy);
        Assert.Equal(isControlled, verdict.IsAllowed);
    }

    private static Verdict Judge(RelatedObjects related) => _evaluator.Validate(ReviewJson.OfScale(2, 1).Read(), related);
}
