namespace HaWebhook.Tests.Auditing.Background;

/// <summary>What becomes of runs, and what the metrics tell of them.</summary>
public sealed class RunTests
{
    [Fact]
    public async Task Figures_are_told_by_rule_namespace_and_action_and_by_what_does_not_survive()
    {
        await using var cluster = await AuditedReplicas.StartAsync();
        await cluster.UntilAuditedAsync(1);
        var metrics = await cluster.MetricsAsync();
        Assert.Equal(1, metrics.Values["ha_webhook_audit_violations{action=\"audit\",namespace=\"shop\",rule=\"minimum-replicas\"}"]);
        Assert.Equal(1, metrics.Values["ha_webhook_audit_workloads_not_surviving{failure=\"node\"}"]);
        Assert.Equal((1, 1, 1), (
            metrics.Values["ha_webhook_audit_objects"],
            metrics.Values["ha_webhook_audit_last_run_successful"],
            metrics.Values["ha_webhook_audit_last_run_whole"]));
        Assert.Equal(0.3, metrics.Values["ha_webhook_audit_interval_seconds"]);
        Assert.InRange(
            metrics.Values["ha_webhook_audit_last_run_timestamp_seconds"],
            DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeSeconds(),
            DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds());
    }

    [Fact]
    public async Task The_worst_namespaces_have_figures_of_their_own_and_the_others_are_one()
    {
        await using var cluster = await AuditedReplicas.StartAsync(prepare: server =>
        {
            for (var i = 0; i < 105; i++)
            {
                server.Seed(AuditedReplicas.Workload("one", 1, $"team-{i:D3}"));
            }

            server.Seed(AuditedReplicas.Workload("two", 1, "team-104"));
        });
        await cluster.UntilAuditedAsync(1);
        var metrics = await cluster.MetricsAsync();
        var series = metrics.Values.Where(value => value.Key.StartsWith("ha_webhook_audit_violations{", StringComparison.Ordinal)
            && value.Key.Contains("rule=\"minimum-replicas\"", StringComparison.Ordinal)).ToDictionary();
        Assert.Equal(101, series.Count);
        Assert.Equal(107, series.Values.Sum());
        Assert.Equal(2, series.Single(value => value.Key.Contains("team-104", StringComparison.Ordinal)).Value);
        Assert.Equal(6, series.Single(value => value.Key.Contains("namespace=\"other\"", StringComparison.Ordinal)).Value);
    }

    [Fact]
    public async Task A_kind_that_may_not_be_listed_makes_the_result_partial_and_it_says_so()
    {
        await using var cluster = await AuditedReplicas.StartAsync(prepare: server =>
        {
            server.ServeCustomResource("openreports.io", "v1alpha1", "Report", "reports");
            server.Faults.Forbid("list", "nodes");
            server.Faults.Forbid("list", "pods");
        });
        await cluster.UntilAuditedAsync(3);
        Assert.Equal(0, (await cluster.MetricsAsync()).Values["ha_webhook_audit_last_run_whole"]);
        Assert.Single(cluster.Replicas[0].Log.All, line => line.Contains("the audit is partial", StringComparison.Ordinal));
        Assert.Contains("pods: ", cluster.Log, StringComparison.Ordinal);
        Assert.Contains("verbs: [list]", cluster.Log, StringComparison.Ordinal);

        // What could be judged is told all the same, once the gap has shown twice.
        await cluster.UntilAsync(async () => (await cluster.ListAsync("/apis/openreports.io/v1alpha1/namespaces/shop/reports")).Count == 1, "there is a report");
    }

    [Fact]
    public async Task A_run_that_fails_is_said_once_and_made_again_at_the_next_interval()
    {
        await using var cluster = await AuditedReplicas.StartAsync(prepare: server =>
        {
            foreach (var resource in (string[])["pods", "jobs", "cronjobs", "namespaces", "deployments", "statefulsets", "daemonsets", "replicasets",
                "replicationcontrollers", "horizontalpodautoscalers", "poddisruptionbudgets", "persistentvolumeclaims", "nodes"])
            {
                server.Faults.Forbid("list", resource);
            }
        });
        await cluster.UntilAsync(() => cluster.RunsOf(0) >= 3, "it is tried again and again");
        Assert.Equal(0, (await cluster.MetricsAsync()).Values["ha_webhook_audit_last_run_successful"]);
        Assert.Single(cluster.Replicas[0].Log.All, line => line.Contains("the audit failed", StringComparison.Ordinal));

        cluster.ApiServer.Faults.ForbidNothing();
        await cluster.UntilAuditedAsync(1);
        Assert.Equal(1, (await cluster.MetricsAsync()).Values["ha_webhook_audit_last_run_successful"]);
    }

    [Fact]
    public async Task A_new_policy_is_audited_by_before_the_interval_is_over()
    {
        await using var cluster = await AuditedReplicas.StartAsync(AuditedReplicas.Often with { Interval = TimeSpan.FromHours(1) });
        await cluster.UntilAuditedAsync(1);
        await File.WriteAllTextAsync(cluster.PolicyFile, "mode: Enforce\n", TestContext.Current.CancellationToken);
        await cluster.UntilAuditedAsync(1);
        Assert.Equal(1, (await cluster.MetricsAsync()).Values["ha_webhook_audit_violations{action=\"deny\",namespace=\"shop\",rule=\"minimum-replicas\"}"]);
    }

    [Fact]
    public async Task Lists_are_paged_and_asked_for_one_after_the_other()
    {
        await using var cluster = await AuditedReplicas.StartAsync();
        await cluster.UntilAuditedAsync(1);
        var lists = cluster.ApiServer.Requests.All.Where(request => request is { Verb: "list", Resource: "pods" or "nodes" or "jobs" or "cronjobs" }).ToList();
        Assert.NotEmpty(lists);
        Assert.All(lists, list => Assert.Contains("limit=500", list.Path, StringComparison.Ordinal));
        Assert.All(lists, list => Assert.DoesNotContain("resourceVersion", list.Path, StringComparison.Ordinal));
    }
}
