using HaWebhook.FallbackPolicies;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Tests.Commands;

public sealed class ExportCommandTests
{
    [Fact]
    public async Task Policies_are_printed_that_can_be_read_again()
    {
        var result = await Cli.RunAsync("export", "policies", "--policy", "samples/policy.yaml");

        Assert.Equal(0, result.ExitCode);
        var documents = HaWebhook.Policy.Manifests.ManifestReader.Read(result.Output);
        Assert.Equal(4, documents.Count);
        Assert.All(documents, document => Assert.Null(document.Error));
    }

    [Fact]
    public async Task Deny_and_overrides_do_not_go_together()
    {
        // The sample has overrides.
        var result = await Cli.RunAsync("export", "policies", "--policy", "samples/policy.yaml", "--action", "Deny");

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("ha-webhook: --action Deny cannot go with a policy that has overrides, which CEL does not see: give --action Warn\n", result.Errors);
    }

    [Theory]
    [InlineData(Mode.Enforce, "Deny", "Deny")]
    [InlineData(Mode.Enforce, "Warn", "Warn")]
    [InlineData(Mode.Warn, "Deny", "Warn")]
    [InlineData(Mode.Audit, "Deny", "Audit")]
    [InlineData(Mode.Audit, "Warn", "Audit")]
    public void The_mode_caps_the_action(Mode mode, string action, string expected)
    {
        var objects = new FallbackPolicy("guard", ["guard"], Enum.Parse<ValidationAction>(action)).Of(PolicyOptions.Default with { Mode = mode });

        var bindings = objects.Where(item => item["kind"]!.ToString() == "ValidatingAdmissionPolicyBinding").ToList();
        Assert.Equal(2, bindings.Count);
        Assert.All(bindings, binding => Assert.Equal(expected, Assert.Single(binding["spec"]!["validationActions"]!.AsArray())!.ToString()));
    }

    [Fact]
    public void A_rule_that_is_off_has_no_policy()
    {
        var policy = PolicyFile.Read("rules: {minimum-replicas: {action: Off}, managed-pods: {action: Audit}}", out _)!;

        var objects = new FallbackPolicy("guard", ["guard"], ValidationAction.Deny).Of(policy);

        Assert.Equal(["guard-managed-pods", "guard-managed-pods"], objects.Select(item => item["metadata"]!["name"]!.ToString()));
        Assert.Equal("Audit", objects[1]["spec"]!["validationActions"]![0]!.ToString());
    }

    /// <summary>CEL has no clock: what ended would hold for ever.</summary>
    [Theory]
    [InlineData("exemptions: [{namespaces: [labs], reason: the move, until: \"2099-12-31\"}]", "true", "[]")]
    [InlineData("exemptions: [{namespaces: [labs], reason: notebooks}]", "true", "[{\"groups\":[],\"namespaces\":[\"labs\"],\"serviceAccounts\":[],\"usernames\":[]}]")]
    [InlineData("annotationExemptions: {untilRequired: true}", "false", "[]")]
    [InlineData("annotationExemptions: {allowed: false}", "false", "[]")]
    public void Exemptions_with_an_end_are_left_out(string text, string mayExempt, string exemptions)
    {
        var policy = PolicyFile.Read(text, out _)!;

        var policies = new FallbackPolicy("guard", ["guard"], ValidationAction.Deny).Of(policy).Where(item => item["kind"]!.ToString() == "ValidatingAdmissionPolicy").ToList();

        Assert.Equal(2, policies.Count);
        Assert.All(policies, item =>
        {
            var variables = item["spec"]!["variables"]!.AsArray().ToDictionary(variable => variable!["name"]!.ToString(), variable => variable!["expression"]!.ToString());
            Assert.Equal(mayExempt, variables["mayExempt"]);
            Assert.Equal(exemptions, variables["exemptions"]);
        });
    }

    [Theory]
    [InlineData("--action", "Off", "--action must be Deny, Warn or Audit, not 'Off'")]
    [InlineData("--exclude-namespace", "a b", "--exclude-namespace must be a name")]
    [InlineData("--name", "", "--name must be a name")]
    public async Task Bad_options_are_told(string option, string value, string told)
    {
        var result = await Cli.RunAsync("export", "policies", option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(told, result.Errors, StringComparison.Ordinal);
    }
}
