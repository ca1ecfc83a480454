using System.Text;
using System.Text.RegularExpressions;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Rules.Cluster;
using HaWebhook.Tests.Cluster;
using HaWebhook.Tests.Rules;

namespace HaWebhook.Tests.Auditing;

/// <summary>The page for operators shows what the command prints, and asks for the rights that it uses.</summary>
public sealed partial class AuditPageTests
{
    private const string Start = "```console\n";
    private const string End = "```\n";

    private static readonly string _path = SourceTree.PathOf("docs", "audit.md");

    [Fact]
    public async Task The_example_is_what_the_command_prints()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.Seed(Manifests.Deployment("cart", 1));
        cluster.AddPods("cart", "b1");
        cluster.Seed(Manifests.Deployment("leader", 1, Manifests.Exempt + ", \"ha-webhook.io/exempt-until\": \"2026-12-24\""));
        cluster.AddPods("leader", "a2");

        var text = AuditedCluster.Write("text", await cluster.AuditAsync(Mode.Enforce));
        var example = $"$ ha-webhook audit --as-if Enforce\n{Address().Replace(text, "Cluster https://10.0.0.1:6443/ (kubeconfig, context prod), Kubernetes 1.36, 2026-11-20 12:00 UTC", 1)}";

        var page = await File.ReadAllTextAsync(_path, TestContext.Current.CancellationToken);
        var start = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        var end = page.IndexOf(End, start, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UPDATE_FIXTURES") == "1")
        {
            await File.WriteAllTextAsync(_path, page[..start] + example + page[end..], TestContext.Current.CancellationToken);
            return;
        }

        Assert.Equal(example, page[start..end]);
    }

    [Fact]
    public async Task It_asks_for_the_rights_that_an_audit_uses_and_for_no_others()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.ServeScaledObjects();
        cluster.ApiServer.ServeCustomResource("velero.io", "v1", "Schedule", "schedules");
        cluster.ApiServer.ServeCustomResource("snapshot.storage.k8s.io", "v1", "VolumeSnapshot", "volumesnapshots");
        cluster.ApiServer.Requests.Clear();
        await cluster.AuditAsync();

        var asked = cluster.ApiServer.Requests.Accesses.Select(access => $"{access.Group}/{access.Resource}").Where(what => what.Length > 1).Distinct().Order(StringComparer.Ordinal);

        Assert.All(cluster.ApiServer.Requests.Accesses, access => Assert.Equal("list", access.Verb));
        Assert.Equal(asked, Granted(await File.ReadAllTextAsync(_path, TestContext.Current.CancellationToken)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_lists_exactly_the_rules_that_only_an_audit_knows() => Assert.Equal(
        ClusterRules.All.Select(rule => $"| `{rule.Id}` | {rule.Summary} |"),
        File.ReadAllLines(_path, Encoding.UTF8).Where(line => RuleRow().IsMatch(line)).Select(line => RuleRow().Match(line).Value));

    private static IEnumerable<string> Granted(string page) =>
        from Match rule in Grant().Matches(page)
        from resource in rule.Groups[2].Value.Split(", ")
        select $"{rule.Groups[1].Value.Trim('"')}/{resource}";

    [GeneratedRegex(@"^Cluster https://127\.0\.0\.1:[^)]*\),\sKubernetes\s1\.36,\s2026-11-20\s12:00\sUTC")]
    private static partial Regex Address();

    [GeneratedRegex(@"- apiGroups: \[(.*)\]\n  resources: \[(.*)\]\n")]
    private static partial Regex Grant();

    [GeneratedRegex(@"^\| `[a-z-]+` \| [A-Z][^|]*\. \|")]
    private static partial Regex RuleRow();
}
