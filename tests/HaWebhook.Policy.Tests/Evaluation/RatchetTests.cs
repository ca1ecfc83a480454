using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

public class RatchetTests
{
    private const string Minimum3 = "minimum: 3";
    private const string Minimum4 = "minimum: 4";
    private const string Probes = "rules: {readiness-probe: {action: Deny}}";

    /// <summary>Replicas before and after an update that changes the pods' image too, settings of the rule, and what is found.</summary>
    [Theory]
    [InlineData(1, 1, "", "Warn minimum-replicas: spec.replicas is 1; must be at least 2 (as before)")]
    [InlineData(2, 1, "", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(2, 2, "", null)]
    [InlineData(1, 2, "", null)]
    [InlineData(3, 2, Minimum3, "Deny minimum-replicas: spec.replicas is 2; must be at least 3")]
    [InlineData(2, 2, Minimum3, "Warn minimum-replicas: spec.replicas is 2; must be at least 3 (as before)")]
    [InlineData(1, 2, Minimum3, "Warn minimum-replicas: spec.replicas is 2; must be at least 3 (as before)")]
    [InlineData(2, 1, Minimum3, "Deny minimum-replicas: spec.replicas is 1; must be at least 3")]
    [InlineData(3, 2, Minimum4, "Deny minimum-replicas: spec.replicas is 2; must be at least 4")]
    [InlineData(2, 3, Minimum4, "Warn minimum-replicas: spec.replicas is 3; must be at least 4 (as before)")]
    [InlineData(1, 0, "", null)]
    [InlineData(1, 0, "allowZero: false", "Deny minimum-replicas: spec.replicas is 0; must be at least 2")]
    [InlineData(0, 0, "allowZero: false", "Warn minimum-replicas: spec.replicas is 0; must be at least 2 (as before)")]
    [InlineData(0, 1, "allowZero: false", "Warn minimum-replicas: spec.replicas is 1; must be at least 2 (as before)")]
    [InlineData(0, 1, "", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(0, 1, "fromZero: Deny", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(0, 1, "fromZero: Warn", "Warn minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(0, 1, "fromZero: Audit", "Audit minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(0, 1, "fromZero: Off", null)]
    [InlineData(2, 1, "fromZero: Warn", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(0, 2, "fromZero: Warn", null)]
    [InlineData(2, 1, "action: Warn", "Warn minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(0, 1, "action: Audit, fromZero: Warn", "Audit minimum-replicas: spec.replicas is 1; must be at least 2")]
    public void Update_MayKeepAViolationButNotMakeItWorse(int before, int after, string settings, string? finding)
    {
        var findings = Update($"rules: {{minimum-replicas: {{{settings}}}}}", ObjectJson.Deployment(before), Changed(ObjectJson.Deployment(after)));

        Assert.Equal(finding is null ? [] : [finding], findings);
    }

    /// <summary>The same of a scale; null is <c>spec: {}</c>.</summary>
    [Theory]
    [InlineData(2, 1, "", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(3, 2, Minimum3, "Deny minimum-replicas: spec.replicas is 2; must be at least 3")]
    [InlineData(1, 2, Minimum3, "Warn minimum-replicas: spec.replicas is 2; must be at least 3 (as before)")]
    [InlineData(2, null, "", null)]
    [InlineData(2, 0, "", null)]
    [InlineData(2, null, "allowZero: false", "Deny minimum-replicas: spec.replicas is 0; must be at least 2")]
    [InlineData(null, 1, "", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(null, 1, "fromZero: Warn", "Warn minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(null, 1, "fromZero: Audit", "Audit minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(null, 1, "fromZero: Off", null)]
    [InlineData(2, 1, "fromZero: Warn", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData(null, 2, "", null)]
    [InlineData(1, 1, "", null)]
    public void Scale_MayKeepAViolationButNotMakeItWorse(int? before, int? after, string settings, string? finding)
    {
        var review = ReviewJson.OfScale(before, after).Read();
        var verdict = PolicyText.Evaluator($"rules: {{minimum-replicas: {{{settings}}}}}").Validate(review, RelatedObjects.None);

        Assert.Equal(finding is null ? [] : [finding], verdict.Findings.Select(PolicyText.Line));
    }

    [Fact]
    public void ExistingViolations_CanBeDeniedToo()
    {
        var findings = Update("existingViolations: Deny", ObjectJson.Deployment(1), Changed(ObjectJson.Deployment(1)));

        Assert.Equal(["Deny minimum-replicas: spec.replicas is 1; must be at least 2"], findings);
    }

    [Fact]
    public void ContainerOfTheSameName_IsTheSameViolationWhereverItStands()
    {
        var old = WithContainers("[{'name':'a'},{'name':'b','readinessProbe':{}}]");
        var @new = WithContainers("[{'name':'b','readinessProbe':{}},{'name':'a'}]");

        Assert.Equal(["Warn readiness-probe: " + Missing("a") + " (as before)"], Update(Probes, old, @new));
    }

    [Fact]
    public void RenamedContainer_IsANewViolation() =>
        Assert.Equal(["Deny readiness-probe: " + Missing("b")], Update(Probes, WithContainers("[{'name':'a'}]"), WithContainers("[{'name':'b'}]")));

    [Fact]
    public void AddedContainer_IsANewViolationBesideTheOldOne() =>
        Assert.Equal(
            ["Deny readiness-probe: " + Missing("b"), "Warn readiness-probe: " + Missing("a") + " (as before)"],
            Update(Probes, WithContainers("[{'name':'a'}]"), WithContainers("[{'name':'b'},{'name':'a'}]")));

    [Fact]
    public void SameFieldUnderAnotherRule_IsNoExistingViolation()
    {
        const string both = "rules: {readiness-probe: {action: Deny}, liveness-probe: {action: Deny}}";
        var findings = Update(both, WithContainers("[{'name':'a','livenessProbe':{}}]"), WithContainers("[{'name':'a'}]"));

        Assert.Equal(
            [
                "Warn readiness-probe: " + Missing("a") + " (as before)",
                "Deny liveness-probe: spec.template.spec.containers[a].livenessProbe is missing; a container must say when it hangs",
            ],
            findings);
    }

    [Theory]
    [InlineData("metadata.labels", """{"team":"a"}""")]
    [InlineData("metadata.annotations", """{"team":"a"}""")]
    [InlineData("metadata.finalizers", """["a/b"]""")]
    [InlineData("metadata.deletionTimestamp", "\"2026-11-20T08:51:29Z\"")]
    [InlineData("metadata.managedFields", "[]")]
    [InlineData("status", """{"replicas":1}""")]
    public void ChangeOfMetadataOrStatus_AlwaysPasses(string path, string value)
    {
        var findings = Update("existingViolations: Deny", ObjectJson.Deployment(1), ObjectJson.Deployment(1).WithJson(path, value));

        Assert.Empty(findings);
    }

    [Fact]
    public void ChangeOfMetadata_StillTellsAnExemptionThatDoesNotHold()
    {
        var findings = Update("", ObjectJson.Deployment(1), ObjectJson.Deployment(1).WithAnnotations("metadata.annotations", "exempt=all"));

        Assert.Equal(["Warn exemptions: metadata.annotations[ha-webhook.io/exempt-reason] is missing; an exemption must say why"], findings);
    }

    [Fact]
    public void ChangeOfTheSpecAlone_IsJudgedWhereverItIs() =>
        Assert.Equal(
            ["Deny minimum-replicas: spec.replicas is 1; must be at least 2"],
            Update("existingViolations: Deny", ObjectJson.Deployment(1), ObjectJson.Deployment(1).With("spec.minReadySeconds", 5)));

    [Fact]
    public void UpdateWithoutStoredObject_IsJudgedAsNew()
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment(1)) with { Operation = "UPDATE" };

        Assert.False(PolicyText.Evaluator("").Validate(review.Read(), RelatedObjects.None).IsAllowed);
    }

    [Fact]
    public void ObjectOnItsWayOut_IsJudgedLikeAnyOther() =>
        Assert.Equal(
            ["Deny minimum-replicas: spec.replicas is 1; must be at least 2"],
            Update("", ObjectJson.Deployment(2), ObjectJson.Deployment(1).With("metadata.deletionTimestamp", "2026-11-20T08:51:29Z")));

    [Theory]
    [InlineData("restoreUsers: [velero]", "velero", "Warn minimum-replicas: spec.replicas is 1; must be at least 2 (as before)")]
    [InlineData("restoreUsers: [velero]", "alice", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData("restoreUsers: [velero]", "Velero", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData("restoreUsers: [velero]\nexistingViolations: Deny", "velero", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    [InlineData("", "velero", "Deny minimum-replicas: spec.replicas is 1; must be at least 2")]
    public void RestoreUser_MayBringBackWhatWas(string policy, string user, string finding)
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment(1)) with { User = user };
        var verdict = PolicyText.Evaluator(policy).Validate(review.Read(), RelatedObjects.None);

        Assert.Equal([finding], verdict.Findings.Select(PolicyText.Line));
    }

    [Theory]
    [InlineData("velero", "CREATE", false)]
    [InlineData("velero", "UPDATE", true)]
    [InlineData("alice", "CREATE", true)]
    public void RestoreUsersCreation_IsNotPatched(string user, string operation, bool isPatched)
    {
        var bare = ObjectJson.Deployment().Without("spec.template.spec.topologySpreadConstraints");
        var review = (ReviewJson.OfCreate(bare) with { User = user, Operation = operation }).Read();
        var verdict = PolicyText.Evaluator("restoreUsers: [velero]").Mutate(review, RelatedObjects.None);

        Assert.Equal(isPatched, verdict.Patches);
    }

    [Fact]
    public void RestoreUser_MayNotMakeAnUpdateWorse()
    {
        var review = ReviewJson.OfUpdate(ObjectJson.Deployment(2), ObjectJson.Deployment(1)) with { User = "velero" };

        Assert.False(PolicyText.Evaluator("restoreUsers: [velero]").Validate(review.Read(), RelatedObjects.None).IsAllowed);
    }

    [Theory]
    [InlineData("", "system:serviceaccount:kube-system:horizontal-pod-autoscaler", true)]
    [InlineData("", "system:serviceaccount:keda:keda-operator", true)]
    [InlineData("", "system:kube-controller-manager", true)]
    [InlineData("", "alice", false)]
    [InlineData("", "system:serviceaccount:shop:horizontal-pod-autoscaler", false)]
    [InlineData("autoscalers: [scaler]", "scaler", true)]
    [InlineData("autoscalers: [scaler]", "system:kube-controller-manager", false)]
    [InlineData("autoscalers: []", "system:kube-controller-manager", false)]
    public void ScaleByAnAutoscaler_Passes(string policy, string user, bool passes)
    {
        var evaluator = PolicyText.Evaluator(policy);
        var scale = (ReviewJson.OfScale(2, 1) with { User = user }).Read();
        var update = (ReviewJson.OfUpdate(ObjectJson.Deployment(2), ObjectJson.Deployment(1)) with { User = user }).Read();

        Assert.Equal(passes, evaluator.Validate(scale, RelatedObjects.None).IsAllowed);
        Assert.Equal(passes ? 0 : 1, evaluator.Validate(scale, RelatedObjects.None).Findings.Count);
        Assert.False(evaluator.Validate(update, RelatedObjects.None).IsAllowed);
    }

    [Fact]
    public void FloorOfAnAutoscaler_IsRatchetedToo()
    {
        var related = new RelatedObjects { Autoscalers = new([Autoscaler("HorizontalPodAutoscaler", 1)]) };
        var review = ReviewJson.OfUpdate(ObjectJson.Deployment(3), Changed(ObjectJson.Deployment(3))).Read();

        Assert.Equal(
            ["Warn minimum-replicas: HorizontalPodAutoscaler/web spec.minReplicas is 1; must be at least 2 (as before)"],
            PolicyText.Evaluator("").Validate(review, related).Findings.Select(PolicyText.Line));
    }

    private static Autoscaler Autoscaler(string kind, int minimum) => new()
    {
        ApiVersion = "autoscaling/v2",
        Kind = kind,
        Metadata = new() { Name = "web" },
        Minimum = minimum,
        TargetGroup = "apps",
        TargetKind = "Deployment",
        TargetName = "web",
    };

    private static JsonNode Changed(JsonNode deployment) => deployment.With("spec.template.spec.containers[0].image", "web:2");

    private static JsonNode WithContainers(string containers) =>
        ObjectJson.Deployment().WithJson("spec.template.spec.containers", containers.Replace('\'', '"'));

    private static string Missing(string container) =>
        $"spec.template.spec.containers[{container}].readinessProbe is missing; a container must say when it can serve";

    /// <summary>What is found, less what the rule for liveness has to say by default.</summary>
    private static IEnumerable<string> Update(string policy, JsonNode old, JsonNode @new)
    {
        var verdict = PolicyText.Evaluator(policy).Validate(ReviewJson.OfUpdate(old, @new).Read(), RelatedObjects.None);
        Assert.Equal(!verdict.Findings.Any(finding => finding.Action == ValidationAction.Deny), verdict.IsAllowed);
        return verdict.Findings.Where(finding => finding.Rule != "liveness-probe" || finding.Action != ValidationAction.Warn).Select(PolicyText.Line);
    }
}
