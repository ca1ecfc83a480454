using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Tests.Rules;

/// <summary>Overrides of the policy in <c>check</c>, which knows the labels of the namespaces among its manifests.</summary>
public class OverrideTests
{
    private const string Policy = """
        rules: {minimum-replicas: {minimum: 4}}
        overrides:
        - {namespaceSelector: {matchLabels: {env: dev}}, mode: Warn}
        - {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, rules: {minimum-replicas: {minimum: 3}}}
        """;

    [Theory]
    [InlineData("", "shop", "Deny spec.replicas is 1; must be at least 4")]
    [InlineData("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}", "shop", "Deny spec.replicas is 1; must be at least 3")]
    [InlineData("{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {env: dev}}}", "shop", "Warn spec.replicas is 1; must be at least 3")]
    [InlineData("{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {env: dev}}}", "other", "Deny spec.replicas is 1; must be at least 4")]
    [InlineData("{apiVersion: v1, kind: Namespace, metadata: {name: other, labels: {env: dev}}}", "other", "Warn spec.replicas is 1; must be at least 4")]
    [InlineData("{apiVersion: v1, kind: Namespace, metadata: {name: other, labels: {env: dev, ha-webhook.io/mode: Enforce}}}", "other", "Deny spec.replicas is 1; must be at least 4")]
    public void Override_CountsWhereTheNamespaceIsAmongTheManifests(string @namespace, string of, string finding)
    {
        var manifests = $"{@namespace}\n---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web, namespace: {of}}}, spec: {{replicas: 1}}}}\n";

        Assert.Equal([finding], Findings(RuleSelection.All, manifests));
    }

    [Fact]
    public void RuleThatIsNotAskedFor_IsNotTurnedOnByAnOverride()
    {
        const string manifests = """
            {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {replicas: 1}}
            """;

        Assert.Empty(Findings(new RuleSelection(["image-tag"], []), manifests));
        Assert.Empty(Findings(new RuleSelection([], ["minimum-replicas"]), manifests));
    }

    [Fact]
    public void RuleThatAnOverrideTurnsOn_IsNotAskedForInVain()
    {
        var selection = new RuleSelection(["priority-class", "horizontal-pod-autoscaler"], []);
        var policy = Read("overrides: [{namespaceSelector: {matchLabels: {a: b}}, rules: {priority-class: {action: Warn}}}]");

        Assert.Equal(["horizontal-pod-autoscaler"], selection.AskedForInVain(policy));
    }

    private static IEnumerable<string> Findings(RuleSelection rules, string manifests) =>
        from judged in new ManifestCheck(new PolicyEvaluators(rules.Of(Read(Policy)), new FixedClock()), "default") { Rules = rules }
            .Run([new ManifestFile("a.yaml", manifests, null)]).Objects
        from finding in judged.Findings
        where finding.Finding.Rule == "minimum-replicas"
        select $"{finding.Finding.Action} {finding.Finding.Field} {finding.Finding.Message}";

    private static PolicyOptions Read(string text)
    {
        var policy = PolicyFile.Read(text, out var errors);
        Assert.Empty(errors);
        return policy!;
    }
}
