using System.Text.Json.Nodes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Policy.Tests.Evaluation;

public class StandingObjectsTests
{
    [Fact]
    public void What_stands_is_judged_as_it_runs_and_anew_as_admission_would_leave_it()
    {
        var web = ObjectJson.Deployment().Without("spec.template.spec.containers[0].readinessProbe");
        var verdict = Judge(web, Mode.Enforce);

        Assert.Equal("readiness-probe", Assert.Single(verdict.Findings, finding => finding.Rule != "pod-disruption-budget").Rule);
        Assert.Equal("default-probes", Assert.Single(verdict.Changes).Rule);
        Assert.DoesNotContain(verdict.AsIf, finding => finding.Rule == "readiness-probe");
    }

    [Theory]
    [InlineData(Mode.Audit, ValidationAction.Audit)]
    [InlineData(Mode.Warn, ValidationAction.Warn)]
    [InlineData(Mode.Enforce, ValidationAction.Deny)]
    public void The_mode_caps_what_is_found_and_the_other_what_would_be(Mode mode, ValidationAction action)
    {
        var verdict = Judge(ObjectJson.Deployment(1), Mode.Enforce, new() { Mode = mode });

        Assert.Equal(action, Assert.Single(verdict.Findings, finding => finding.Rule == "minimum-replicas").Action);
        Assert.Equal(ValidationAction.Deny, Assert.Single(verdict.AsIf, finding => finding.Rule == "minimum-replicas").Action);
    }

    [Fact]
    public void In_Audit_what_stands_is_still_judged_as_it_runs() => Assert.Contains(
        Judge(ObjectJson.Deployment().Without("spec.template.spec.containers[0].readinessProbe"), null, new() { Mode = Mode.Audit }).Findings,
        finding => finding.Rule == "readiness-probe");

    [Fact]
    public void As_if_Warn_nothing_would_be_refused() => Assert.Equal(
        ValidationAction.Warn, Assert.Single(Judge(ObjectJson.Deployment(1), Mode.Warn).AsIf, finding => finding.Rule == "minimum-replicas").Action);

    [Fact]
    public void A_namespaces_own_mode_counts_as_it_would_then()
    {
        var policy = new PolicyOptions { NamespaceModes = NamespaceModes.Any };
        var verdict = Judge(ObjectJson.Deployment(1), Mode.Enforce, policy, new() { ["ha-webhook.io/mode"] = "Audit" });

        Assert.All(verdict.Findings.Concat(verdict.AsIf), finding => Assert.Equal(ValidationAction.Audit, finding.Action));
    }

    [Fact]
    public void What_was_not_asked_is_empty() => Assert.Empty(Judge(ObjectJson.Deployment(1), null).AsIf);

    [Fact]
    public void What_a_controller_made_is_judged_in_its_owner()
    {
        var set = ObjectJson.ReplicaSet(1).With("metadata.ownerReferences", ObjectJson.Owner("apps/v1", "Deployment", "nobody-knows-it"));

        Assert.Same(StandingVerdict.Nothing, Judge(set, Mode.Enforce));
    }

    [Fact]
    public void An_exemption_that_makes_a_difference_is_told()
    {
        var web = ObjectJson.Deployment(1).WithJson("metadata.annotations", """
            {"ha-webhook.io/exempt":"minimum-replicas","ha-webhook.io/exempt-reason":"leader elected"}
            """);
        var verdict = Judge(web, Mode.Enforce);

        Assert.Equal("leader elected", Assert.Single(verdict.Exempt).Exemption.Reason);
        Assert.DoesNotContain(verdict.AsIf, finding => finding.Rule == "minimum-replicas");
    }

    private static StandingVerdict Judge(JsonNode json, Mode? asIf, PolicyOptions? policy = null, Dictionary<string, string>? labels = null) =>
        new StandingObjects(policy ?? PolicyOptions.Default, asIf, FixedClock.Default)
            .Judge(RelatedJson.Read(json), "shop", RelatedJson.Of() with { NamespaceLabels = labels ?? [] });
}
