using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

/// <summary>What an ordinary user may write into <c>ownerReferences</c> excuses nothing.</summary>
public class ForgedOwnerTests
{
    private const string Uid = "7e8d55ca";

    /// <summary>Objects that anybody may own are no controllers; the owner may even exist.</summary>
    [Theory]
    [InlineData("v1", "ConfigMap")]
    [InlineData("v1", "Secret")]
    [InlineData("apps/v1", "Deployment")]
    [InlineData("networking.k8s.io/v1", "Ingress")]
    [InlineData("coordination.k8s.io/v1", "Lease")]
    [InlineData("rbac.authorization.k8s.io/v1", "Role")]
    public void OwnerThatMakesNoDeployments_ExcusesNone(string apiVersion, string kind)
    {
        var deployment = ObjectJson.Deployment(1).With("metadata.ownerReferences", ObjectJson.Owner(apiVersion, kind, Uid));
        var verdict = PolicyText.Evaluator("").Validate(ReviewJson.OfCreate(deployment).Read(), RelatedObjects.None);

        Assert.Contains("Deny minimum-replicas: spec.replicas is 1; must be at least 2", verdict.Findings.Select(PolicyText.Line));
    }

    /// <summary>Metadata may be changed freely, so what it says cannot be what a later update is judged by.</summary>
    [Fact]
    public void OwnerAddedByAnEarlierUpdate_ExcusesNothing()
    {
        var two = ObjectJson.Deployment(2);
        var adopted = ObjectJson.Deployment(2).With("metadata.ownerReferences", ObjectJson.Owner("v1", "ConfigMap", Uid));
        var one = ObjectJson.Deployment(1).With("metadata.ownerReferences", ObjectJson.Owner("v1", "ConfigMap", Uid));
        var evaluator = PolicyText.Evaluator("");

        Assert.True(evaluator.Validate(ReviewJson.OfUpdate(two, adopted).Read(), RelatedObjects.None).IsAllowed);
        Assert.False(evaluator.Validate(ReviewJson.OfUpdate(adopted, one).Read(), RelatedObjects.None).IsAllowed);
    }

    [Theory]
    [InlineData("v1", "ConfigMap", "system:kube-controller-manager", false)]
    [InlineData("apps/v1", "Deployment", "system:kube-controller-manager", false)]
    [InlineData("apps/v1", "ReplicaSet", "system:kube-controller-manager", true)]
    [InlineData("batch/v1", "Job", "system:kube-controller-manager", true)]
    public void PodsAreBelievedToBeMadeOnlyByWhatMakesPods(string apiVersion, string kind, string user, bool isBelieved)
    {
        var pod = ObjectJson.Pod().With("metadata.ownerReferences", ObjectJson.Owner(apiVersion, kind, Uid));

        Assert.Equal(isBelieved, PolicyText.Evaluator("").Validate((ReviewJson.OfPod(pod) with { User = user }).Read(), RelatedObjects.None).IsAllowed);
    }

    [Fact]
    public void AnObjectThatIsNotJudged_SaysWhoseItIs()
    {
        var owned = ObjectJson.ReplicaSet(1).With("metadata.ownerReferences", ObjectJson.Owner("argoproj.io/v1alpha1", "Rollout", Uid));
        var review = (ReviewJson.OfCreate(owned) with { Resource = "replicasets" }).Read();
        var evaluator = PolicyText.Evaluator("");
        var answer = Answer.Of(review, evaluator.Validate(review, RelatedObjects.None), evaluator.Options);

        Assert.Contains(answer.AuditAnnotations, annotation => annotation.Key == "controlled-by" && annotation.Value.StartsWith("Rollout ", StringComparison.Ordinal));
    }

    [Fact]
    public void ContainerThatIsRestartedAlways_KeepsItsPodRunning()
    {
        var pod = ObjectJson.Pod().WithJson("spec.restartPolicy", "\"Never\"").WithJson("spec.containers", """[{"name":"a","restartPolicy":"Always"}]""");

        Assert.False(PolicyText.Evaluator("").Validate(ReviewJson.OfPod(pod).Read(), RelatedObjects.None).IsAllowed);
    }

    /// <summary>Terms and labels by the thousand, which the API server accepts, cost no more than their reading.</summary>
    [Fact]
    public void WrongTermsWithoutEnd_AreToldUpToTwenty()
    {
        var labels = string.Join(",", Enumerable.Range(0, 8_000).Select(i => $"\"l{i}\":\"v\""));
        var terms = string.Join(",", Enumerable.Repeat("""{"topologyKey":"kubernetes.io/hostname"}""", 2_000));
        var deployment = ObjectJson.Deployment(3)
            .WithJson("spec.template.metadata.labels", $"{{{labels}}}")
            .WithJson("spec.template.spec.affinity", $$$"""{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{{{terms}}}]}}""");
        var verdict = PolicyText.Evaluator("").Validate(ReviewJson.OfCreate(deployment).Read(), RelatedObjects.None);

        var spread = verdict.Findings.Where(finding => finding.Rule == "topology-spread").ToList();
        Assert.Equal(20, spread.Count);
        Assert.All(spread, finding => Assert.True(finding.Message.Length < 400, finding.Message));
    }
}
