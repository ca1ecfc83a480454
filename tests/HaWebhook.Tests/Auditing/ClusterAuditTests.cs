using HaWebhook.Auditing;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Survivability;
using HaWebhook.Tests.Cluster;

namespace HaWebhook.Tests.Auditing;

public sealed class ClusterAuditTests
{
    [Fact]
    public async Task Pods_count_against_the_workload_that_owns_them()
    {
        await using var cluster = await AuditedCluster.StartAsync();

        var report = await cluster.AuditAsync();

        var web = Assert.Single(report.Objects, item => item is { Kind: "Deployment", Name: "web" });
        Assert.Equal((3, 3, 1), (web.Survival!.Ready, web.Survival.Desired, web.Minimum));
        Assert.Equal(Policy.Survivability.Outcome.Down, web.Survival.NodeLoss.Outcome);
        Assert.Equal("checkout", web.Team);
        Assert.Equal((3, "spec.replicas"), (web.Replicas!.Count, web.Replicas.Field));
        Assert.False(report.IsPartial);
        Assert.Equal(web.Survival, Assert.Single(Assert.Single(report.Nodes, node => node.Name == "a1").Loss.Down));
        Assert.Equal(web.Survival, Assert.Single(Assert.Single(report.Zones, zone => zone.Name == "zone-a").Loss.Down));
        Assert.Equal(DrainState.Blocked, Assert.Single(report.Nodes, node => node.Name == "a1").Drain);
    }

    [Fact]
    public async Task It_finds_what_admission_would_and_what_only_a_living_cluster_shows()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.Seed(Manifests.Deployment("single", 1));
        cluster.AddPods("single", "b1");

        var report = await cluster.AuditAsync();

        Assert.Equal(
            ["disruption-budget-settings PodDisruptionBudget web", "minimum-replicas Deployment single", "placement Deployment web"],
            report.Objects.SelectMany(item => item.Findings, (item, found) => $"{found.Finding.Rule} {item.Kind} {item.Name}").Where(line => !line.StartsWith("pod-", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task Claims_that_nothing_backs_up_are_told_once_something_is_served_that_does()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.Seed("""
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db","namespace":"shop"},"spec":{"replicas":2,"serviceName":"db",
              "selector":{"matchLabels":{"app":"db"}},"template":{"metadata":{"labels":{"app":"db"}},"spec":{"containers":[{"name":"db","image":"db:1"}]}},
              "volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}]}}
            """);

        var before = await cluster.AuditAsync();
        cluster.ApiServer.ServeCustomResource("velero.io", "v1", "Schedule", "schedules");
        var bare = await cluster.AuditAsync();
        cluster.ApiServer.Seed("""{"apiVersion":"velero.io/v1","kind":"Schedule","metadata":{"name":"daily","namespace":"velero"},"spec":{"schedule":"@daily","template":{}}}""");
        var covered = await cluster.AuditAsync(null, "shop");
        cluster.ApiServer.Faults.Forbid("list", "schedules");
        var forbidden = await cluster.AuditAsync();

        Assert.Empty(Findings(before));
        Assert.Single(Findings(bare));
        Assert.Empty(Findings(covered));
        Assert.Empty(Findings(forbidden));
        Assert.Contains(forbidden.Objects, item => item.Skipped.Any(skipped => skipped.Rule == "data-backup"));
        Assert.Equal("schedules.velero.io", Assert.Single(forbidden.Gaps).What);

        static IEnumerable<string> Findings(AuditReport report) =>
            report.Objects.SelectMany(item => item.Findings).Where(found => found.Finding.Rule == "data-backup").Select(found => found.Finding.Message);
    }

    [Fact]
    public async Task A_preview_says_what_would_be_refused_by_namespace_and_team()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.Seed(Manifests.Deployment("single", 1));
        cluster.Seed(Manifests.Deployment("leader", 1, Manifests.Exempt));
        cluster.Seed(Manifests.Deployment("other", 1), "bank");

        var report = await cluster.AuditAsync(Mode.Enforce);

        Assert.Equal(["bank/other", "shop/single"], report.Preview!.Objects.Where(item => item.IsRefused).Select(item => $"{item.Object.Namespace}/{item.Object.Name}"));
        Assert.Equal([("shop", 4, 1), ("bank", 1, 1)], report.Preview.ByNamespace.Select(total => (total.Name, total.Objects, total.Refused)));
        Assert.Equal([("checkout", 4, 1), ("", 1, 1)], report.Preview.ByTeam.Select(total => (total.Name, total.Objects, total.Refused)));
        Assert.False(report.Preview.RefusesUpdates);
        var exemption = Assert.Single(report.Exemptions);
        Assert.Equal(("checkout", "leader", (int?)null), (exemption.Owner, Assert.Single(exemption.Objects).Name, exemption.DaysLeft));
    }

    [Fact]
    public async Task Exemptions_count_their_days_down()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.Seed(Manifests.Deployment("soon", 1, Manifests.Exempt + ", \"ha-webhook.io/exempt-until\": \"2026-11-27\""));
        cluster.Seed(Manifests.Deployment("past", 1, Manifests.Exempt + ", \"ha-webhook.io/exempt-until\": \"2026-11-19\""));

        var report = await cluster.AuditAsync();

        Assert.Equal(7, Assert.Single(report.Exemptions).DaysLeft);
        Assert.Contains(report.Objects.Single(item => item.Name == "past").Findings, found => found.Finding.Rule == "exemptions");
    }

    [Fact]
    public async Task Lists_come_in_pages_and_each_kind_once()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        for (var i = 0; i < 600; i++)
        {
            cluster.Seed(Manifests.Deployment($"d{i}", 2));
        }

        cluster.ApiServer.Requests.Clear();
        var report = await cluster.AuditAsync();

        Assert.Equal(601, report.Objects.Count(item => item.Kind == "Deployment"));
        Assert.Equal(2, cluster.ApiServer.Requests.Count("list", "deployments"));
        Assert.Equal(1, cluster.ApiServer.Requests.Count("list", "pods"));
        Assert.Equal(0, cluster.ApiServer.Requests.Count("watch"));
        Assert.DoesNotContain(cluster.ApiServer.Requests.All, request => request.Verb is not ("get" or "list"));
    }

    [Fact]
    public async Task Only_the_namespaces_that_are_named_are_listed()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.Seed(Manifests.Deployment("other", 1), "bank");

        var report = await cluster.AuditAsync(null, "shop");

        Assert.All(report.Objects, item => Assert.Equal("shop", item.Namespace));
        Assert.All(
            cluster.ApiServer.Requests.All.Where(request => request.Verb == "list" && request.Resource != "nodes"),
            request => Assert.Contains("/namespaces/shop/", request.Path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pods", "", "pods", "Survivability is what the manifests guarantee")]
    [InlineData("deployments", "apps", "deployments.apps", "No Deployment is judged, and rules that need to know all workloads of a namespace are skipped.")]
    [InlineData("poddisruptionbudgets", "policy", "poddisruptionbudgets.policy", "Whether a drain is blocked is not known")]
    [InlineData("horizontalpodautoscalers", "autoscaling", "horizontalpodautoscalers.autoscaling", "Rules that need to know all autoscalers are skipped")]
    [InlineData("namespaces", "", "namespaces", "Labels of namespaces are not known")]
    [InlineData("nodes", "", "nodes", "Zones are not known")]
    public async Task What_is_forbidden_is_left_out_and_told_with_the_rule_that_grants_it(string resource, string group, string what, string consequence)
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.Faults.Forbid("list", resource);

        var report = await cluster.AuditAsync();

        var gap = Assert.Single(report.Gaps);
        Assert.Equal(what, gap.What);
        Assert.StartsWith(consequence, gap.Consequence, StringComparison.Ordinal);
        Assert.Contains($"{{apiGroups: [{(group.Length == 0 ? "\"\"" : group)}], resources: [{resource}], verbs: [list]}}", gap.Fix, StringComparison.Ordinal);
        Assert.True(report.IsPartial);
        Assert.NotEmpty(report.Objects);
    }

    [Fact]
    public async Task Whoever_may_not_see_the_namespace_itself_is_told_what_hangs_on_its_labels()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.Faults.Forbid("get", "namespaces");

        var report = await cluster.AuditAsync(null, "shop");

        Assert.Contains("{apiGroups: [\"\"], resources: [namespaces], verbs: [get]}", Assert.Single(report.Gaps).Fix, StringComparison.Ordinal);
        Assert.Equal("", Assert.Single(report.Objects, item => item is { Kind: "Deployment", Name: "web" }).Team);
    }

    [Fact]
    public async Task Each_kind_that_is_forbidden_is_told_and_the_others_are_audited()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.Faults.Forbid("list", "statefulsets");
        cluster.ApiServer.Faults.Forbid("list", "replicasets");

        var report = await cluster.AuditAsync();

        Assert.Equal(["statefulsets.apps", "replicasets.apps"], report.Gaps.Select(gap => gap.What));
        Assert.Equal(3, Assert.Single(report.Objects, item => item is { Kind: "Deployment", Name: "web" }).Survival!.Ready);
    }

    [Fact]
    public async Task Without_disruption_budgets_no_drain_is_called_free()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.Faults.Forbid("list", "poddisruptionbudgets");

        var report = await cluster.AuditAsync();

        Assert.False(Assert.Single(report.Nodes, node => node.Name == "a1").KnowsBudgets);
        Assert.Contains(report.Objects, item => item.Skipped.Any(skipped => skipped.Rule == "pod-disruption-budget"));
    }

    [Fact]
    public async Task What_is_half_there_is_taken_as_it_is()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.AddNode("nowhere");
        cluster.AddPods("web", "a1", "", "gone");
        cluster.AddPods("orphan", "nowhere");
        cluster.ApiServer.Seed("""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"leaving","namespace":"shop","deletionTimestamp":"2026-11-20T00:00:00Z","finalizers":["x/y"]},
             "spec":{"replicas":2,"selector":{"matchLabels":{"app":"leaving"}},"template":{"metadata":{"labels":{"app":"leaving"}},"spec":{"containers":[{"name":"a","image":"a:1"}]}}}}
            """);

        var report = await cluster.AuditAsync();

        Assert.False(report.IsPartial);
        Assert.Contains(report.Objects, item => item.Name == "leaving" && item.Survival!.IsDownNow);
        Assert.Contains(report.Nodes, node => node is { Name: "gone", Zone: "" });
        Assert.Contains(report.Objects, item => item.Name == "orphan-5d4" && item.Survival is not null);
        Assert.NotEmpty(AuditedCluster.Write("text", report));
    }

    [Fact]
    public async Task An_object_that_cannot_be_read_is_an_error_and_no_end()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.ServeCustomResource("argoproj.io", "v1alpha1", "Rollout", "rollouts");
        cluster.ApiServer.Seed("""{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"odd","namespace":"shop"},"spec":{"replicas":"two"}}""");

        var report = await cluster.AuditAsync();

        Assert.Equal("an object of rollouts.argoproj.io cannot be read: spec.replicas must be a whole number, not a string", Assert.Single(report.Errors).Message);
        Assert.Equal("1 object of rollouts.argoproj.io", Assert.Single(report.Gaps).What);
        Assert.Contains(report.Objects, item => item.Name == "web");
    }
}
