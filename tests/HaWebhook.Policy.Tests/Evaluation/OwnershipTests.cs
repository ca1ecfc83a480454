using System.Text.Json.Nodes;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

public class OwnershipTests
{
    private const string Uid = "7e8d55ca";
    private const string NoController =
        "Deny managed-pods: metadata.ownerReferences names no controller; a Pod with restartPolicy Always must have one";

    [Theory]
    [InlineData("apps/v1", "Deployment", "alice", true)]
    [InlineData("v1", "ReplicationController", "alice", true)]
    [InlineData("apps/v1", "Deployment", "system:serviceaccount:shop:deployment-controller", true)]
    [InlineData("apps/v1", "Deployment", "system:serviceaccount:kube-system-2:deployment-controller", true)]
    [InlineData("apps/v1", "Deployment", "system:kube-controller-manager-2", true)]
    [InlineData("apps/v1", "Deployment", "system:kube-scheduler", true)]
    [InlineData("apps/v1", "Deployment", "system:serviceaccount:kube-system:deployment-controller", false)]
    [InlineData("apps/v1", "Deployment", "system:kube-controller-manager", false)]
    [InlineData("argoproj.io/v1alpha1", "Rollout", "alice", false)]
    [InlineData("apps.kruise.io/v1alpha1", "CloneSet", "alice", false)]
    public void BuiltInOwner_IsBelievedOfKubernetesOnly(string apiVersion, string kind, string user, bool isJudged)
    {
        var owned = ObjectJson.ReplicaSet(1).With("metadata.ownerReferences", ObjectJson.Owner(apiVersion, kind, Uid));
        var verdict = PolicyText.Evaluator("").Validate((Create(owned) with { User = user }).Read(), RelatedObjects.None);

        Assert.True(verdict.IsJudged);
        Assert.Equal(isJudged ? ["Deny minimum-replicas: spec.replicas is 1; must be at least 2"] : [], verdict.Findings.Select(PolicyText.Line));
    }

    [Theory]
    [InlineData(Uid, true)]
    [InlineData("other", false)]
    public void OwnerThatIsKnown_IsBelieved(string known, bool isBelieved)
    {
        var review = Create(ObjectJson.ReplicaSet(1).With("metadata.ownerReferences", ObjectJson.Owner("apps/v1", "Deployment", Uid))).Read();
        var related = new RelatedObjects { IsKnownUid = uid => uid == known };

        Assert.Equal(isBelieved, PolicyText.Evaluator("").Validate(review, related).IsAllowed);
    }

    [Theory]
    [InlineData(Uid, true)]
    [InlineData("other", false)]
    [InlineData(null, false)]
    public void OwnerThatTheStoredObjectHas_IsBelieved(string? stored, bool isBelieved)
    {
        var old = ObjectJson.ReplicaSet(2);
        if (stored is not null)
        {
            old.With("metadata.ownerReferences", ObjectJson.Owner("apps/v1", "Deployment", stored));
        }

        var @new = ObjectJson.ReplicaSet(1).With("metadata.ownerReferences", ObjectJson.Owner("apps/v1", "Deployment", Uid));
        var review = (ReviewJson.OfUpdate(old, @new) with { Resource = "replicasets" }).Read();

        Assert.Equal(isBelieved, PolicyText.Evaluator("").Validate(review, RelatedObjects.None).IsAllowed);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("null")]
    public void OwnerThatIsNoController_ProtectsFromNothing(string controller)
    {
        var owned = ObjectJson.ReplicaSet(1).With("metadata.ownerReferences", ObjectJson.Owner("argoproj.io/v1alpha1", "Application", Uid));
        owned.WithJson("metadata.ownerReferences[0].controller", controller);
        var review = (Create(owned) with { User = "system:kube-controller-manager" }).Read();

        Assert.False(PolicyText.Evaluator("").Validate(review, RelatedObjects.None).IsAllowed);
    }

    /// <summary>A made-up kind must not excuse everything, be it new or stored, whoever asks.</summary>
    [Theory]
    [InlineData("argoproj.io/v1alpha1", "alice", true)]
    [InlineData("made-up.example.com/v1", "alice", false)]
    [InlineData("made-up.example.com/v1", "system:kube-controller-manager", false)]
    public void CustomOwner_IsBelievedWhereItsGroupIsServed(string apiVersion, string user, bool isBelieved)
    {
        var owner = ObjectJson.Owner(apiVersion, "Rollout", Uid);
        var related = new RelatedObjects { ServesGroup = group => group == "argoproj.io" };
        var create = Create(ObjectJson.ReplicaSet(1).With("metadata.ownerReferences", owner.DeepClone())) with { User = user };
        var update = create with { Operation = "UPDATE", OldObject = ObjectJson.ReplicaSet(2).With("metadata.ownerReferences", owner.DeepClone()) };

        Assert.Equal(isBelieved, PolicyText.Evaluator("").Validate(create.Read(), related).IsAllowed);
        Assert.Equal(isBelieved, PolicyText.Evaluator("").Validate(update.Read(), related).IsAllowed);
        Assert.True(PolicyText.Evaluator("").Validate(create.Read(), RelatedObjects.None).IsAllowed);
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", "alice")]
    [InlineData("apps/v1", "Deployment", "system:kube-controller-manager")]
    [InlineData("argoproj.io/v1alpha1", "Rollout", "alice")]
    public void OwnedWorkload_IsNeverPatched(string apiVersion, string kind, string user)
    {
        var bare = ObjectJson.ReplicaSet()
            .Without("spec.template.spec.containers[0].readinessProbe")
            .Without("spec.template.spec.topologySpreadConstraints");
        var evaluator = PolicyText.Evaluator("");

        Assert.NotEmpty(evaluator.Mutate(Create(bare).Read(), RelatedObjects.None).Changes);
        bare.With("metadata.ownerReferences", ObjectJson.Owner(apiVersion, kind, Uid));
        Assert.Empty(evaluator.Mutate((Create(bare) with { User = user }).Read(), RelatedObjects.None).Changes);
    }

    [Fact]
    public void BarePod_IsDenied() =>
        Assert.Equal([NoController], Pod(ObjectJson.Pod(), "alice"));

    [Fact]
    public void PodWithAForgedOwner_IsDenied() =>
        Assert.Equal(
            [
                "Deny managed-pods: metadata.ownerReferences names ReplicaSet web, which is not known to have made it; "
                    + "a Pod with restartPolicy Always must be made by its controller",
            ],
            Pod(ObjectJson.Pod().With("metadata.ownerReferences", ObjectJson.Owner("apps/v1", "ReplicaSet", Uid)), "alice"));

    [Theory]
    [InlineData("apps/v1", "ReplicaSet", "system:serviceaccount:kube-system:replicaset-controller")]
    [InlineData("apps/v1", "ReplicaSet", "system:kube-controller-manager")]
    [InlineData("apps.kruise.io/v1alpha1", "CloneSet", "system:serviceaccount:kruise-system:kruise-manager")]
    public void PodOfAController_IsNotJudged(string apiVersion, string kind, string user) =>
        Assert.Empty(Pod(ObjectJson.Pod().With("metadata.ownerReferences", ObjectJson.Owner(apiVersion, kind, Uid)), user));

    [Theory]
    [InlineData("Never")]
    [InlineData("OnFailure")]
    public void PodThatEnds_IsAllowed(string restartPolicy) => Assert.Empty(Pod(ObjectJson.Pod().With("spec.restartPolicy", restartPolicy), "alice"));

    [Theory]
    [InlineData("system:node:node-1", true)]
    [InlineData("system:node:node-2", false)]
    [InlineData("system:node:", false)]
    [InlineData("alice", false)]
    public void MirrorPod_IsAllowedToItsOwnNode(string user, bool isAllowed)
    {
        var pod = Mirror(ObjectJson.Pod().With("spec.nodeName", "node-1"));

        Assert.Equal(isAllowed ? [] : [NoController], Pod(pod, user));
        Assert.Equal(isAllowed, !Pod(pod.With("metadata.ownerReferences", ObjectJson.Owner("v1", "Node", Uid)), user).Any());
    }

    [Fact]
    public void MirrorPodInAManifest_IsAllowed()
    {
        var review = ReviewJson.OfPod(Mirror(ObjectJson.Pod())).Read() with { User = null };

        Assert.True(PolicyText.Evaluator("").Validate(review, RelatedObjects.None).IsAllowed);
    }

    [Fact]
    public void MirrorPod_IsNeverPatched()
    {
        var bare = ObjectJson.Pod().Without("spec.containers[0].readinessProbe");
        var evaluator = PolicyText.Evaluator("");

        Assert.NotEmpty(evaluator.Mutate(ReviewJson.OfPod(bare).Read(), RelatedObjects.None).Changes);
        Assert.Empty(evaluator.Mutate(ReviewJson.OfPod(Mirror(bare)).Read(), RelatedObjects.None).Changes);
    }

    private static JsonNode Mirror(JsonNode pod)
    {
        pod["metadata"]!["annotations"]!["kubernetes.io/config.mirror"] = "a1b2";
        return pod;
    }

    private static ReviewJson Create(JsonNode replicaSet) => ReviewJson.OfCreate(replicaSet) with { Resource = "replicasets" };

    private static IEnumerable<string> Pod(JsonNode pod, string user) =>
        PolicyText.Evaluator("rules: {node-pinning: {action: Off}}").Validate((ReviewJson.OfPod(pod) with { User = user }).Read(), RelatedObjects.None).Findings.Select(PolicyText.Line);
}
