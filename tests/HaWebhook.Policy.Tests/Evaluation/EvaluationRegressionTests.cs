using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

public class EvaluationRegressionTests
{
    [Theory]
    [InlineData("0", Mode.Warn)]
    [InlineData("2", Mode.Warn)]
    [InlineData("00", Mode.Warn)]
    public void NumberInTheNamespaceLabel_IsNoMode(string label, Mode inForce)
    {
        var related = new RelatedObjects { NamespaceLabels = new Dictionary<string, string> { ["ha-webhook.io/mode"] = label } };
        var verdict = PolicyText.Evaluator("mode: Warn\nnamespaceModes: Any").Validate(ReviewJson.OfCreate(ObjectJson.Deployment(1)).Read(), related);

        Assert.Equal(inForce, verdict.Mode);
    }

    [Fact]
    public void ShiftedAntiAffinityTerm_IsTheSameViolation()
    {
        const string term = """{"topologyKey":"KEY","labelSelector":{"matchLabels":{"app":"web"}}}""";
        var rack = term.Replace("KEY", "rack", StringComparison.Ordinal);
        var row = term.Replace("KEY", "row", StringComparison.Ordinal);
        var review = ReviewJson.OfUpdate(WithTerms(rack), WithTerms($"{row},{rack}")).Read();
        var findings = PolicyText.Evaluator("rules: {topology-spread: {action: Deny}}").Validate(review, RelatedObjects.None).Findings;

        Assert.True(findings.Single(finding => finding.Message.StartsWith("is rack", StringComparison.Ordinal)).IsExisting);
        Assert.False(findings.Single(finding => finding.Message.StartsWith("is row", StringComparison.Ordinal)).IsExisting);
    }

    [Fact]
    public void ForgedScaledObjectOfNoSuchGroup_ProtectsFromNothing()
    {
        var hpa = JsonNode.Parse("""
            {"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"web","namespace":"shop"},
             "spec":{"minReplicas":1,"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}}
            """)!.With("metadata.ownerReferences", ObjectJson.Owner("v1", "ScaledObject", "1"));
        var review = (ReviewJson.OfCreate(hpa) with { Group = "autoscaling", Resource = "horizontalpodautoscalers" }).Read();

        Assert.False(PolicyText.Evaluator("").Validate(review, RelatedObjects.None).IsAllowed);
    }

    [Theory]
    [InlineData(0xE0001)]
    [InlineData(0xE0041)]
    [InlineData(0x1D173)]
    public void FormatCharacterBeyondTheBasicPlane_IsReplaced(int character)
    {
        var text = SingleLine.Of("a" + char.ConvertFromUtf32(character));

        Assert.DoesNotContain(text.EnumerateRunes(), rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format);
    }

    [Fact]
    public void OneMore_IsSingular()
    {
        var containers = new JsonArray([.. Enumerable.Range(0, 21).Select(i => new JsonObject { ["name"] = $"c{i}" })]);
        var review = ReviewJson.OfCreate(ObjectJson.Deployment().With("spec.template.spec.containers", containers)).Read();
        var deny = PolicyText.Evaluator("rules: {readiness-probe: {action: Deny}, liveness-probe: {action: Off}}");
        var warn = PolicyText.Evaluator("rules: {liveness-probe: {action: Off}}");

        Assert.EndsWith("\n- and 1 more violation.", Answer.Of(review, deny.Validate(review, RelatedObjects.None), deny.Options).Message, StringComparison.Ordinal);
        Assert.Equal("and 1 more warning of ha-webhook", Answer.Of(review, warn.Validate(review, RelatedObjects.None), warn.Options).Warnings[^1]);
    }

    [Fact]
    public void ExistingViolationOfALongName_IsStillMarked()
    {
        var old = ObjectJson.Deployment().WithJson("spec.template.spec.containers", """[{"name":"a-container-with-a-name-that-is-rather-long","livenessProbe":{}}]""");
        var review = ReviewJson.OfUpdate(old, old.DeepClone().With("spec.minReadySeconds", 5)).Read();
        var evaluator = PolicyText.Evaluator("rules: {readiness-probe: {action: Deny}}");
        var verdict = evaluator.Validate(review, RelatedObjects.None);

        Assert.True(Assert.Single(verdict.Findings).IsExisting);
        Assert.Contains("as before", Assert.Single(Answer.Of(review, verdict, evaluator.Options).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void RestoreInTheModeAudit_IsJudgedUnfilled()
    {
        const string policy = "restoreUsers: [velero]\nmode: ";
        var bare = ObjectJson.Deployment().Without("spec.template.spec.containers[0].readinessProbe");
        var review = (ReviewJson.OfCreate(bare) with { User = "velero" }).Read();
        var enforced = PolicyText.Evaluator(policy + "Enforce").Validate(review, RelatedObjects.None);
        var audited = PolicyText.Evaluator(policy + "Audit").Validate(review, RelatedObjects.None);

        Assert.Equal(enforced.Findings.Select(finding => finding.Field), audited.Findings.Select(finding => finding.Field));
        Assert.Empty(audited.Changes);
    }

    private static JsonNode WithTerms(string terms) => ObjectJson.Deployment()
        .Without("spec.template.spec.topologySpreadConstraints")
        .WithJson("spec.template.spec.affinity", $$$"""{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{{{terms}}}]}}""");
}
