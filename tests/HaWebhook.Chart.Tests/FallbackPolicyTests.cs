using System.Text.Json.Nodes;

namespace HaWebhook.Chart.Tests;

/// <summary>The chart and <c>ha-webhook export policies</c> say the same.</summary>
public class FallbackPolicyTests
{
    private const string Everything = """
        policy:
          mode: Enforce
          existingViolations: Deny
          annotationExemptions: {allowed: false}
          autoscalers: ["system:serviceaccount:keda:keda-operator"]
          exemptions:
          - {namespaces: [batch], rules: [minimum-replicas], reason: "nightly \"jobs\" <&>"}
          - {serviceAccounts: [velero/velero], groups: [admins], usernames: ["o'neil\\x"], rules: [all], reason: restores}
          - {namespaces: [labs], rules: [managed-pods], reason: notebooks}
          - {namespaces: [other], rules: [quorum], reason: not these}
          - {namespaces: [moving], rules: [all], reason: until the move, until: "2099-12-31"}
          rules:
            minimum-replicas: {minimum: 3, allowZero: false}
            managed-pods: {action: Warn}
        """;

    [Theory]
    [InlineData("", "Warn")]
    [InlineData("", "Audit")]
    [InlineData("policy: {mode: Enforce}", "Deny")]
    [InlineData("policy: {mode: Warn}", "Deny")]
    [InlineData("policy: {mode: Enforce, rules: {minimum-replicas: {action: \"Off\"}}}", "Deny")]
    [InlineData("policy: {mode: Enforce, rules: {managed-pods: {action: Audit}}}", "Warn")]
    [InlineData("policy: {autoscalers: []}", "Warn")]
    [InlineData("policy: {annotationExemptions: {untilRequired: true}}", "Warn")]
    [InlineData(Everything, "Deny")]
    public async Task The_chart_and_the_command_say_the_same(string values, string action)
    {
        var render = await Render.WithAsync($"{values}\nfallbackPolicy: {{enabled: true, action: {action}}}", namespaceName: "guard");
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, PolicyTests.TextOf(render));

            var exported = await CheckTests.CheckAsync(
                "", "export", "policies", "--policy", file, "--action", action, "--name", "ha-webhook",
                "--exclude-namespace", "guard", "--exclude-namespace", "kube-system", "--exclude-namespace", "kube-node-lease", "--exclude-namespace", "kube-public");

            Assert.True(exported.ExitCode == 0, exported.Errors);
            var rendered = render.Objects.Where(item => item.Kind().StartsWith("ValidatingAdmissionPolicy", StringComparison.Ordinal)).ToList();
            var expected = Yaml.ReadAll(exported.Output);
            Assert.Equal(expected.Select(item => item.Id()).Order(StringComparer.Ordinal), rendered.Select(item => item.Id()).Order(StringComparer.Ordinal));
            Assert.All(expected, item =>
            {
                var same = rendered.Single(other => other.Id() == item.Id());
                Assert.Equal(item["apiVersion"]!.ToString(), same["apiVersion"]!.ToString());
                Assert.Equal(Canonical(item["spec"]), Canonical(same["spec"]));
            });
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Without_the_switch_there_are_none() =>
        Assert.DoesNotContain((await Render.WithAsync()).Objects, item => item.Kind().StartsWith("ValidatingAdmissionPolicy", StringComparison.Ordinal));

    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(",\n", map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}: {Canonical(entry.Value)}")) + "}",
        JsonArray list => "[" + string.Join(",\n", list.Select(Canonical)) + "]",
        _ => node?.ToJsonString() ?? "null",
    };
}
