using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

public class ModeTests
{
    private const string Replicas = "minimum-replicas: spec.replicas is 1; must be at least 2";
    private const string Readiness =
        "readiness-probe: spec.template.spec.containers[web].readinessProbe is missing; a container must say when it can serve";

    [Fact]
    public void Enforce_DeniesAndWarns()
    {
        var answer = Validate("mode: Enforce", Violating());

        Assert.False(answer.IsAllowed);
        Assert.StartsWith("Deployment shop/web is not highly available:\n- " + Replicas + ".\n", answer.Message, StringComparison.Ordinal);
        Assert.Equal([Readiness], answer.Warnings);
        Assert.Equal($"decision=deny\nmode=Enforce\nviolations=Deny {Replicas} | Warn {Readiness}\npolicy=0123456789ab", answer.AuditText());
    }

    [Fact]
    public void Warn_WarnsInsteadOfDenying()
    {
        var answer = Validate("mode: Warn", Violating());

        Assert.True(answer.IsAllowed);
        Assert.Equal("", answer.Message);
        Assert.Equal([Replicas, Readiness], answer.Warnings);
        Assert.Equal($"decision=warn\nmode=Warn\nviolations=Deny {Replicas} | Warn {Readiness}\npolicy=0123456789ab", answer.AuditText());
    }

    [Fact]
    public void Audit_SaysNothingToTheUser()
    {
        var answer = Validate("mode: Audit", Violating());

        Assert.True(answer.IsAllowed);
        Assert.Equal("", answer.Message);
        Assert.Empty(answer.Warnings);
    }

    [Fact]
    public void Audit_JudgesTheObjectAsOurMutationsWouldHaveLeftIt()
    {
        const string filled = "would-patch=default-probes: /spec/template/spec/containers/0/readinessProbe"
            + " | default-topology-spread: /spec/template/spec/topologySpreadConstraints";
        var bare = Violating().Without("spec.template.spec.topologySpreadConstraints");

        Assert.Equal(
            $"decision=would-deny\nmode=Audit\nviolations=Deny {Replicas}\n{filled}\npolicy=0123456789ab",
            Validate("mode: Audit", bare).AuditText());
        Assert.Equal(
            $"decision=allow\nmode=Audit\n{filled}\npolicy=0123456789ab",
            Validate("mode: Audit", bare.With("spec.replicas", 2)).AuditText());
    }

    [Fact]
    public void Audit_PatchesNothingAndSaysWhatItWouldHave()
    {
        var evaluator = PolicyText.Evaluator("mode: Audit");
        var review = ReviewJson.OfCreate(Violating()).Read();
        var verdict = evaluator.Mutate(review, RelatedObjects.None);
        var answer = Answer.Of(review, verdict, evaluator.Options);

        Assert.Single(verdict.Changes);
        Assert.False(verdict.Patches);
        Assert.Empty(answer.Warnings);
        Assert.Equal(
            "decision=allow\nmode=Audit\nwould-patch=default-probes: /spec/template/spec/containers/0/readinessProbe\npolicy=0123456789ab",
            answer.AuditText());
    }

    [Theory]
    [InlineData("Enforce")]
    [InlineData("Warn")]
    public void EnforceAndWarn_Patch(string mode)
    {
        var evaluator = PolicyText.Evaluator($"mode: {mode}");
        var review = ReviewJson.OfCreate(Violating()).Read();
        var verdict = evaluator.Mutate(review, RelatedObjects.None);
        var answer = Answer.Of(review, verdict, evaluator.Options);

        Assert.True(verdict.Patches);
        Assert.Equal(["default-probes: added readinessProbe to web; opt out: annotation ha-webhook.io/exempt"], answer.Warnings);
        Assert.Equal($"decision=allow\nmode={mode}\npatched=default-probes\npolicy=0123456789ab", answer.AuditText());
    }

    [Theory]
    [InlineData("Enforce", "Deny", "deny")]
    [InlineData("Enforce", "Warn", "warn")]
    [InlineData("Enforce", "Audit", "audit")]
    [InlineData("Enforce", "Off", "allow")]
    [InlineData("Warn", "Deny", "warn")]
    [InlineData("Warn", "Warn", "warn")]
    [InlineData("Warn", "Audit", "audit")]
    [InlineData("Warn", "Off", "allow")]
    [InlineData("Audit", "Deny", "would-deny")]
    [InlineData("Audit", "Warn", "would-warn")]
    [InlineData("Audit", "Audit", "audit")]
    [InlineData("Audit", "Off", "allow")]
    public void Decision_IsOneWord(string mode, string action, string decision)
    {
        var answer = Validate($"mode: {mode}\nrules: {{minimum-replicas: {{action: {action}}}}}", ObjectJson.Deployment(1));

        Assert.Equal(decision, answer.AuditAnnotations.ToDictionary()["decision"]);
        Assert.Equal(decision != "deny", answer.IsAllowed);
        Assert.Equal(decision == "warn" ? [Replicas] : [], answer.Warnings);
    }

    [Theory]
    [InlineData("Any", "Enforce", "Warn", Mode.Warn)]
    [InlineData("Any", "Enforce", "Audit", Mode.Audit)]
    [InlineData("Any", "Audit", "Enforce", Mode.Enforce)]
    [InlineData("Any", "Enforce", "warn", Mode.Warn)]
    [InlineData("Any", "Enforce", null, Mode.Enforce)]
    [InlineData("Any", "Warn", "", Mode.Warn)]
    [InlineData("Any", "Warn", "strict", Mode.Warn)]
    [InlineData("Any", "Warn", "Off", Mode.Warn)]
    [InlineData("Any", "Warn", "7", Mode.Warn)]
    [InlineData("StricterOnly", "Enforce", "Warn", Mode.Enforce)]
    [InlineData("StricterOnly", "Enforce", "Audit", Mode.Enforce)]
    [InlineData("StricterOnly", "Warn", "Audit", Mode.Warn)]
    [InlineData("StricterOnly", "Warn", "Enforce", Mode.Enforce)]
    [InlineData("StricterOnly", "Audit", "Warn", Mode.Warn)]
    [InlineData("StricterOnly", "Audit", "enforce", Mode.Enforce)]
    [InlineData("StricterOnly", "Warn", "Warn", Mode.Warn)]
    [InlineData("StricterOnly", "Warn", "strict", Mode.Warn)]
    [InlineData("Ignore", "Enforce", "Audit", Mode.Enforce)]
    [InlineData("Ignore", "Audit", "Enforce", Mode.Audit)]
    public void NamespaceLabel_ChangesTheModeAsFarAsItMay(string namespaceModes, string mode, string? label, Mode inForce)
    {
        var evaluator = PolicyText.Evaluator($"mode: {mode}\nnamespaceModes: {namespaceModes}");
        var related = new RelatedObjects
        {
            NamespaceLabels = label is null
                ? new Dictionary<string, string> { ["mode"] = "Audit" }
                : new Dictionary<string, string> { ["ha-webhook.io/mode"] = label },
        };
        var review = ReviewJson.OfCreate(Violating()).Read();
        var verdict = evaluator.Validate(review, related);

        Assert.Equal(inForce, verdict.Mode);
        Assert.Equal(inForce, evaluator.Mutate(review, related).Mode);
        Assert.Equal(inForce != Mode.Enforce, verdict.IsAllowed);
    }

    [Fact]
    public void NamespacesThatAreStricterByDefault_CannotBeMadeLaxer()
    {
        var related = new RelatedObjects { NamespaceLabels = new Dictionary<string, string> { ["ha-webhook.io/mode"] = "Audit" } };

        Assert.Equal(Mode.Enforce, PolicyText.Evaluator("").Validate(ReviewJson.OfCreate(Violating()).Read(), related).Mode);
    }

    [Theory]
    [InlineData("Enforce", "Warn", "warn")]
    [InlineData("Warn", "Warn", "warn")]
    [InlineData("Audit", "Audit", "would-warn")]
    public void ExemptionThatDoesNotHold_IsToldAsTheModeAllows(string mode, string action, string decision)
    {
        const string problem = "exemptions: metadata.annotations[ha-webhook.io/exempt-reason] is missing; an exemption must say why";
        var answer = Validate($"mode: {mode}", ObjectJson.Deployment(2).WithAnnotations("metadata.annotations", "exempt=all"));

        Assert.True(answer.IsAllowed);
        Assert.Equal(action == "Warn" ? [problem] : [], answer.Warnings);
        Assert.Equal($"decision={decision}\nmode={mode}\nviolations=Warn {problem}\npolicy=0123456789ab", answer.AuditText());
    }

    private static JsonNode Violating() => ObjectJson.Deployment(1).Without("spec.template.spec.containers[0].readinessProbe");

    private static Answer Validate(string policy, JsonNode @object)
    {
        var evaluator = PolicyText.Evaluator(policy);
        var review = ReviewJson.OfCreate(@object).Read();
        return Answer.Of(review, evaluator.Validate(review, RelatedObjects.None), evaluator.Options);
    }
}
