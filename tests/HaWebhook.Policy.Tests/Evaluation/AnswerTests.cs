using System.Text.Json.Nodes;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

public class AnswerTests
{
    private const string DenyProbes = "rules: {readiness-probe: {action: Deny}, liveness-probe: {action: Off}}";
    private const string WarnProbes = "rules: {liveness-probe: {action: Off}}";

    [Fact]
    public void NothingToSay_IsSaidInTheAuditLogOnly()
    {
        var answer = Validate("", ObjectJson.Deployment());

        Assert.True(answer.IsAllowed);
        Assert.Equal("", answer.Message);
        Assert.Empty(answer.Warnings);
        Assert.Equal("decision=allow\nmode=Enforce\npolicy=0123456789ab", answer.AuditText());
    }

    [Fact]
    public void OneViolation_IsDeniedInFull()
    {
        var answer = Validate("", ObjectJson.Deployment(1));

        Assert.False(answer.IsAllowed);
        Assert.Equal(
            """
            Deployment shop/web is not highly available:
            - minimum-replicas: spec.replicas is 1; must be at least 2.
              Set spec.replicas to 2 or more. If an autoscaler is on its way, annotate ha-webhook.io/autoscaled: "true". If this is right as it is, annotate ha-webhook.io/exempt: minimum-replicas and ha-webhook.io/exempt-reason: <why>.
            """,
            answer.Message,
            ignoreLineEndingDifferences: true);
        Assert.Empty(answer.Warnings);
        Assert.Equal(
            "decision=deny\nmode=Enforce\nviolations=Deny minimum-replicas: spec.replicas is 1; must be at least 2\npolicy=0123456789ab",
            answer.AuditText());
    }

    [Fact]
    public void Scale_IsDeniedUnderTheNameOfItsWorkload()
    {
        var review = ReviewJson.OfScale(3, 1).Read();
        var evaluator = PolicyText.Evaluator("");
        var answer = Answer.Of(review, evaluator.Validate(review, RelatedObjects.None), evaluator.Options);

        Assert.Equal(
            """
            Deployment shop/web is not highly available:
            - minimum-replicas: spec.replicas is 1; must be at least 2.
              Scale to 2 or more, or to 0 to switch it off. A scale carries no annotations: if fewer are right, annotate the Deployment itself ha-webhook.io/exempt: minimum-replicas and ha-webhook.io/exempt-reason: <why>, and set spec.replicas there.
            """,
            answer.Message,
            ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData("web", "", "shop", "Deployment shop/web")]
    [InlineData("", "web-", "shop", "Deployment shop/web-*")]
    [InlineData("", "", "shop", "Deployment shop/(no name)")]
    [InlineData("web", "", "", "Deployment web")]
    public void Title_SaysWhatIsMeant(string name, string generateName, string @namespace, string title)
    {
        var deployment = ObjectJson.Deployment(1)
            .With("metadata.name", name)
            .With("metadata.generateName", generateName)
            .With("metadata.namespace", @namespace);

        Assert.StartsWith(title + " is not highly available:\n", Validate("", deployment).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 20, null)]
    [InlineData(22, 20, "- and 2 more violations.")]
    [InlineData(25, 20, "- and 5 more violations.")]
    public void ManyViolations_AreToldInFullUpToTwenty(int containers, int inFull, string? rest)
    {
        var answer = Validate(DenyProbes, WithContainers(containers));
        var lines = answer.Message.Split('\n');

        Assert.Equal("Deployment shop/web is not highly available:", lines[0]);
        for (var i = 0; i < inFull; i++)
        {
            Assert.Equal($"- {Missing(i)}.", lines[1 + (2 * i)]);
            Assert.Equal("  Add for instance readinessProbe: {exec: {command: [/path/to/check]}}.", lines[2 + (2 * i)]);
        }

        Assert.Equal(rest is null ? [] : [rest], lines[(1 + (2 * inFull))..]);
        Assert.Empty(answer.Warnings);
    }

    [Fact]
    public void ManyViolations_AreCountedInTheAuditLog()
    {
        var violations = Validate(DenyProbes, WithContainers(25)).AuditAnnotations.ToDictionary()["violations"].Split(" | ");

        Assert.Equal(21, violations.Length);
        Assert.Equal("Deny " + Missing(0), violations[0]);
        Assert.Equal("and 5 more", violations[20]);
    }

    [Theory]
    [InlineData(20, null)]
    [InlineData(22, "and 2 more warnings of ha-webhook")]
    [InlineData(25, "and 5 more warnings of ha-webhook")]
    public void ManyWarnings_AreToldUpToTwentyOneLines(int containers, string? rest)
    {
        var warnings = Validate(WarnProbes, WithContainers(containers)).Warnings;

        Assert.Equal(rest is null ? 20 : 21, warnings.Count);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(Missing(i), warnings[i]);
        }

        Assert.Equal(rest, warnings.ElementAtOrDefault(20));
    }

    [Fact]
    public void Findings_ComeInTheOrderOfTheRules()
    {
        var bare = WithContainers(2).With("spec.replicas", 1);
        var verdict = PolicyText.Evaluator("").Validate(ReviewJson.OfCreate(bare).Read(), RelatedObjects.None);

        Assert.Equal(
            ["minimum-replicas", "readiness-probe", "readiness-probe", "liveness-probe", "liveness-probe"],
            verdict.Findings.Select(finding => finding.Rule));
    }

    [Fact]
    public void Injections_AreToldByRuleAndFields()
    {
        var answer = Mutate(WithServingContainers("""
            [{"name":"a","ports":[P]},{"name":"b","ports":[P],"livenessProbe":{}},{"name":"c","ports":[P]},{"name":"d"}]
            """));

        Assert.True(answer.IsAllowed);
        Assert.Equal(
            [
                "default-probes: added readinessProbe, livenessProbe, startupProbe to a, c; opt out: annotation ha-webhook.io/exempt",
                "default-probes: added readinessProbe to b; opt out: annotation ha-webhook.io/exempt",
                "default-topology-spread: added topologySpreadConstraints; opt out: annotation ha-webhook.io/exempt",
            ],
            answer.Warnings);
        Assert.Equal("decision=allow\nmode=Enforce\npatched=default-probes,default-topology-spread\npolicy=0123456789ab", answer.AuditText());
    }

    [Fact]
    public void InjectionsIntoManyContainers_StayOneLine()
    {
        var containers = string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{"name":"container-{{i}}","ports":[P]}"""));
        var warnings = Mutate(WithServingContainers($"[{containers}]")).Warnings;

        Assert.Equal(
            "default-probes: added readinessProbe, livenessProbe, startupProbe to contai...; opt out: annotation ha-webhook.io/exempt",
            warnings[0]);
        Assert.Equal(120, warnings[0].Length);
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void SameReviewTwice_GetsTheSameAnswer()
    {
        var evaluator = PolicyText.Evaluator("");
        var review = ReviewJson.OfCreate(WithContainers(3).With("spec.replicas", 1)).Read();
        var first = Answer.Of(review, evaluator.Validate(review, RelatedObjects.None), evaluator.Options);
        var second = Answer.Of(review, evaluator.Validate(review, RelatedObjects.None), evaluator.Options);

        Assert.Equal(first.Message, second.Message);
        Assert.Equal(first.Warnings, second.Warnings);
        Assert.Equal(first.AuditText(), second.AuditText());
    }

    private static string Missing(int container) =>
        $"readiness-probe: spec.template.spec.containers[c{container}].readinessProbe is missing; a container must say when it can serve";

    private static JsonNode WithContainers(int count)
    {
        var containers = Enumerable.Range(0, count).Select(i => new JsonObject { ["name"] = $"c{i}" });
        return ObjectJson.Deployment().With("spec.template.spec.containers", new JsonArray([.. containers]));
    }

    private static JsonNode WithServingContainers(string containers) => ObjectJson.Deployment()
        .WithJson("spec.template.spec.containers", containers.Replace("[P]", "[{\"containerPort\":8080}]", StringComparison.Ordinal))
        .Without("spec.template.spec.topologySpreadConstraints");

    private static Answer Validate(string policy, JsonNode @object)
    {
        var evaluator = PolicyText.Evaluator(policy);
        var review = ReviewJson.OfCreate(@object).Read();
        return Answer.Of(review, evaluator.Validate(review, RelatedObjects.None), evaluator.Options);
    }

    private static Answer Mutate(JsonNode @object)
    {
        var evaluator = PolicyText.Evaluator("");
        var review = ReviewJson.OfCreate(@object).Read();
        return Answer.Of(review, evaluator.Mutate(review, RelatedObjects.None), evaluator.Options);
    }
}
