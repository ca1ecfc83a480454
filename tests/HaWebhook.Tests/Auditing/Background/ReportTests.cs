using System.Text.Json.Nodes;
using HaWebhook.ApiServer;
using HaWebhook.Auditing.Background;
using HaWebhook.Tests.Cluster;

namespace HaWebhook.Tests.Auditing.Background;

/// <summary>What the audit writes beside workloads.</summary>
public sealed class ReportTests
{
    private const string Path = "/apis/openreports.io/v1alpha1/namespaces/shop/reports";
    private const string PolicyPath = "/apis/wgpolicyk8s.io/v1alpha2/namespaces/shop/policyreports";

    [Fact]
    public async Task A_workload_with_results_has_a_report_that_it_owns()
    {
        await using var cluster = await AuditedReplicas.StartAsync(prepare: ServeBoth);
        var report = await OnlyAsync(cluster, Path);
        var web = cluster.ApiServer.Find("apps/v1", "Deployment", "shop", "web")!["metadata"]!;
        var (owner, labels) = (report["metadata"]!["ownerReferences"]!.AsArray().Single()!, report["metadata"]!["labels"]!);
        Assert.Equal($"ha-webhook-{web["uid"]}", Text(report["metadata"]!["name"]));
        Assert.Equal(("apps/v1", "Deployment", "web", Text(web["uid"])), (Text(owner["apiVersion"]), Text(owner["kind"]), Text(owner["name"]), Text(owner["uid"])));
        Assert.Equal(("ha-webhook", "ha-webhook"), (Text(labels["app.kubernetes.io/managed-by"]), Text(labels["app.kubernetes.io/instance"])));
        Assert.Equal(("web", "shop", "ha-webhook"), (Text(report["scope"]!["name"]), Text(report["scope"]!["namespace"]), Text(report["source"])));

        var results = report["results"]!.AsArray();
        var replicas = results.Single(result => Text(result!["policy"]) == "minimum-replicas")!;
        Assert.Equal(("fail", "high", "Audit"), (Text(replicas["result"]), Text(replicas["severity"]), Text(replicas["properties"]!["action"])));
        Assert.Contains("spec.replicas is 1", Text(replicas["message"]), StringComparison.Ordinal);
        Assert.Contains(results, result => Text(result!["policy"]) == "survivability" && Text(result["rule"]) == "node-loss");
        foreach (var outcome in (string[])["pass", "fail", "warn", "error", "skip"])
        {
            Assert.Equal(results.Count(result => Text(result!["result"]) == outcome), report["summary"]![outcome]!.GetValue<int>());
        }

        Assert.Empty(await cluster.ListAsync(PolicyPath));
    }

    [Fact]
    public async Task Where_only_PolicyReports_are_served_it_is_one_of_those()
    {
        await using var cluster = await AuditedReplicas.StartAsync(prepare: server => server.ServeCustomResource("wgpolicyk8s.io", "v1alpha2", "PolicyReport", "policyreports"));
        var report = await OnlyAsync(cluster, PolicyPath);
        Assert.Null(report["source"]);
        Assert.All(report["results"]!.AsArray(), result => Assert.Equal("ha-webhook", Text(result!["source"])));
    }

    [Fact]
    public async Task A_second_run_over_an_unchanged_cluster_writes_nothing()
    {
        await using var cluster = await AuditedReplicas.StartAsync(AuditedReplicas.Often with { Events = true }, server =>
        {
            ServeBoth(server);
            server.Seed(AuditedReplicas.Workload("api", 1));
        });
        await cluster.UntilAsync(async () => (await cluster.ListAsync(Path)).Count == 2, "both have a report");
        await cluster.UntilAuditedAsync(2);
        cluster.ApiServer.Requests.Clear();
        await cluster.UntilAuditedAsync(3);
        Assert.DoesNotContain(cluster.ApiServer.Requests.All, request => request.Verb is not ("get" or "list" or "watch") && request.Resource != "leases");
    }

    [Fact]
    public async Task It_follows_its_workload()
    {
        await using var cluster = await AuditedReplicas.StartAsync(prepare: ServeBoth);
        var before = await OnlyAsync(cluster, Path);
        using (var client = cluster.ApiServer.CreateClient())
        {
            const string Scaled = """{"spec":{"replicas":3}}""";
            var scaled = await LivingCluster.SendAsync(client, "PATCH", "/apis/apps/v1/namespaces/shop/deployments/web", Scaled, "application/merge-patch+json");
            Assert.Equal(200, scaled.Status);
        }

        await cluster.UntilAsync(
            async () => (await OnlyAsync(cluster, Path))["results"]!.AsArray().All(result => Text(result!["policy"]) != "minimum-replicas"), "what is mended is told no more");
        Assert.Equal(Text(before["metadata"]!["uid"]), Text((await OnlyAsync(cluster, Path))["metadata"]!["uid"]));

        // The double collects no garbage: what is gone takes its report along only because the audit removes it.
        Assert.True(cluster.ApiServer.Remove("apps/v1", "Deployment", "shop", "web"));
        await cluster.UntilAsync(async () => (await cluster.ListAsync(Path)).Count == 0, "the report is gone");
    }

    [Fact]
    public async Task What_somebody_changed_is_put_right_and_what_is_of_others_is_left_alone()
    {
        const string Foreign = """
            {"apiVersion":"openreports.io/v1alpha1","kind":"Report","metadata":{"name":"theirs","namespace":"shop","labels":{"app.kubernetes.io/managed-by":"kyverno"} } }
            """;
        await using var cluster = await AuditedReplicas.StartAsync(prepare: server =>
        {
            ServeBoth(server);
            server.Seed(Foreign);
        });
        await cluster.UntilAsync(async () => (await cluster.ListAsync(Path)).Count == 2, "ours is there");
        var ours = (await cluster.ListAsync(Path)).Single(report => Text(report["metadata"]!["name"]) != "theirs");
        ours["results"] = new JsonArray();
        ours["apiVersion"] = "openreports.io/v1alpha1";
        ours["kind"] = "Report";
        cluster.ApiServer.Seed(ours.ToJsonString(), "somebody");
        await cluster.UntilAsync(
            async () => (await cluster.ListAsync(Path)).Any(report => report["results"] is JsonArray { Count: > 0 }), "its results are there again");
        Assert.Equal(2, (await cluster.ListAsync(Path)).Count);
    }

    [Fact]
    public async Task None_are_written_where_none_are_wanted()
    {
        await using var cluster = await AuditedReplicas.StartAsync(AuditedReplicas.Often with { Reports = AuditReports.None }, ServeBoth);
        await cluster.UntilAuditedAsync(3);
        Assert.DoesNotContain(cluster.ApiServer.Requests.All, request => request.Resource is "reports" or "policyreports");
    }

    [Fact]
    public async Task One_that_may_not_be_written_is_said_once_and_does_not_hold_up_the_audit()
    {
        await using var cluster = await AuditedReplicas.StartAsync(prepare: server =>
        {
            ServeBoth(server);
            server.Faults.Forbid("patch", "reports");
        });
        await cluster.UntilAuditedAsync(4);
        Assert.Single(cluster.Replicas[0].Log.All, line => line.Contains("the reports of the audit cannot be written", StringComparison.Ordinal));
        Assert.True((await cluster.MetricsAsync()).Values["ha_webhook_audit_writes_total{object=\"report\",result=\"failure\"}"] >= 1);
        cluster.ApiServer.Faults.ForbidNothing();
        await OnlyAsync(cluster, Path);
    }

    [Fact]
    public async Task Namespaces_in_which_nothing_can_be_written_any_more_hold_up_no_other()
    {
        await using var cluster = await AuditedReplicas.StartAsync(prepare: server =>
        {
            ServeBoth(server);
            for (var i = 0; i < 7; i++)
            {
                server.Seed(AuditedReplicas.Workload("one", 1, $"closing-{i}"));
                server.Seed(AuditedReplicas.Workload("two", 1, $"closing-{i}"));
                server.Faults.Forbid("patch", "reports", @namespace: $"closing-{i}");
            }
        });
        await OnlyAsync(cluster, Path);
        var writes = cluster.ApiServer.Requests.All.Where(request => request is { Verb: "patch", Resource: "reports" }).ToList();
        Assert.Equal(7, writes.TakeWhile(write => write.Status == 403).Count());
    }

    private static void ServeBoth(TestApiServer server)
    {
        server.ServeCustomResource("openreports.io", "v1alpha1", "Report", "reports");
        server.ServeCustomResource("wgpolicyk8s.io", "v1alpha2", "PolicyReport", "policyreports");
    }

    private static async Task<JsonObject> OnlyAsync(AuditedReplicas cluster, string path)
    {
        IReadOnlyList<JsonObject> reports = [];
        await cluster.UntilAsync(async () => (reports = await cluster.ListAsync(path)).Count > 0, "there is a report");
        return Assert.Single(reports);
    }

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
