using System.Text.Json;
using HaWebhook.Policy.Rules.Cluster;
using HaWebhook.Tests.Cluster;
using HaWebhook.Tests.Commands;

namespace HaWebhook.Tests.Auditing;

public sealed class AuditCommandTests
{
    [Fact]
    public async Task Findings_at_the_level_that_is_asked_for_make_the_exit_code_1()
    {
        await using var cluster = await AuditedCluster.StartAsync();

        var (calm, strict) = (await cluster.RunAsync(), await cluster.RunAsync("--fail-on", "warn", "--rule", "placement", "-o", "json"));

        Assert.Equal(0, calm.ExitCode);
        Assert.Equal("", calm.Errors);
        Assert.StartsWith($"Cluster {cluster.ApiServer.Url}", calm.Output, StringComparison.Ordinal);
        Assert.Equal(1, strict.ExitCode);
        using var json = JsonDocument.Parse(strict.Output);
        Assert.Equal("placement", Assert.Single(json.RootElement.GetProperty("findings").EnumerateArray()).GetProperty("rule").GetString());
    }

    [Fact]
    public async Task What_the_other_mode_would_refuse_makes_it_1_as_well()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.Seed(Manifests.Deployment("single", 1));

        var (now, then) = (await cluster.RunAsync("--mode", "Audit"), await cluster.RunAsync("--mode", "Audit", "--as-if", "enforce"));

        Assert.Equal((0, 1), (now.ExitCode, then.ExitCode));
        Assert.Contains("If the mode were Enforce: 1 of ", then.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_partial_audit_says_so_on_standard_error_too()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.Faults.Forbid("list", "pods", @namespace: "shop");

        var result = await cluster.RunAsync("--namespace", "shop");

        Assert.Equal(0, result.ExitCode);
        var line = Assert.Single(result.Errors.TrimEnd().Split('\n'));
        Assert.StartsWith("ha-webhook: partial: pods in namespace shop: Cannot list pods: ", line, StringComparison.Ordinal);
        Assert.EndsWith(
            "Add to a Role in namespace shop, bound to the user, the rule {apiGroups: [\"\"], resources: [pods], verbs: [list]}.", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_can_be_read_there_is_no_report()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.Faults.Forbid("list", "*");

        var result = await cluster.RunAsync();

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("ha-webhook: nothing of the cluster could be read\nha-webhook: namespaces: Cannot list namespaces: ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_namespace_that_does_not_exist_is_a_slip()
    {
        await using var cluster = await AuditedCluster.StartAsync();

        var result = await cluster.RunAsync("-n", "shop", "-n", "shpo");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal("ha-webhook: --namespace: there is no namespace shpo; did you mean shop?\n", result.Errors);
    }

    [Fact]
    public async Task An_unreachable_cluster_is_told_in_one_line()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.Faults.RefuseConnections = true;

        var result = await cluster.RunAsync();

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Single(result.Errors.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("there is no cluster: this is no pod, and neither --kubeconfig nor KUBECONFIG is given")]
    [InlineData("--as-if must be Enforce or Warn, not 'Audit'", "--as-if", "Audit")]
    [InlineData("--fail-on must be deny, warn, audit or never, not 'error'", "--fail-on", "error")]
    [InlineData("--output: there is no format jsn; did you mean json?", "-o", "jsn")]
    [InlineData("--rule: there is no rule placment; did you mean placement?", "--rule", "placment")]
    [InlineData("--namespace must be a name of at most 63 lower-case letters, digits and hyphens that starts and ends with a letter or digit, not 'Shop'", "-n", "Shop")]
    [InlineData("--team-label must be the key of a label, such as team, not 'a b'", "--team-label", "a b")]
    [InlineData("--from is about manifests, and --kubeconfig and --context about a cluster: leave out one of them", "--from", "samples", "--context", "a")]
    [InlineData("--from must be a path", "--from", "")]
    [InlineData("no-such-file: no such file or directory", "--from", "no-such-file")]
    public async Task Bad_options_are_told_word_for_word(string told, params string[] arguments)
    {
        var result = await Cli.RunWithEnvironmentAsync(new() { ["KUBECONFIG"] = "" }, ["audit", .. arguments]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"ha-webhook: {told}\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_manifests_it_tells_what_is_guaranteed_from_what_is_likely()
    {
        var result = await Cli.RunAsync("audit", "--from", "samples", "--fail-on", "never", "--as-if", "Enforce");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.StartsWith("Manifests in samples, ", result.Output, StringComparison.Ordinal);
        Assert.Contains("guaranteed   with enough   likely", result.Output, StringComparison.Ordinal);
        Assert.Contains("REFUSED  StatefulSet default/one-replica: minimum-replicas: ", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("When a node goes down", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_manifests_the_findings_are_those_of_check()
    {
        var (audit, check) = (await Cli.RunAsync("audit", "--from", "samples", "-o", "json"), await Cli.RunAsync("check", "samples", "-o", "json"));

        Assert.Equal(Findings(check), Findings(audit));
        Assert.Equal(check.ExitCode, audit.ExitCode);

        static IEnumerable<string> Findings(CliResult result)
        {
            using var json = JsonDocument.Parse(result.Output);
            return [.. json.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.ToString()).Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public async Task A_manifest_is_not_overwritten_by_a_report()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Reports.Checks.OneReplica(), TestContext.Current.CancellationToken);

        var result = await Cli.RunAsync("audit", "--from", file, "-o", $"json={file}");

        Assert.Equal((2, $"ha-webhook: {file}: not written, because it was read as input: give the output another name\n"), (result.ExitCode, result.Errors));
        Assert.Equal(Reports.Checks.OneReplica(), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        File.Delete(file);
    }

    [Fact]
    public async Task Its_rules_can_be_explained()
    {
        foreach (var rule in ClusterRules.All)
        {
            var result = await Cli.RunAsync("explain", rule.Id);

            Assert.StartsWith($"{rule.Id}: {rule.Summary}\n", result.Output, StringComparison.Ordinal);
            Assert.Contains(rule.Why, result.Output, StringComparison.Ordinal);
        }
    }
}
