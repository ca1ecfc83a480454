namespace HaWebhook.Tests.Auditing.Background;

/// <summary>One of several replicas audits, whatever becomes of them.</summary>
public sealed class LeaderTests
{
    [Fact]
    public async Task Only_one_of_two_replicas_audits_and_the_other_takes_over_when_that_is_gone()
    {
        await using var cluster = await AuditedReplicas.StartAsync(replicas: 2);
        await cluster.UntilAuditedAsync(3);
        var leader = cluster.RunsOf(0) > 0 ? 0 : 1;
        Assert.Equal(0, cluster.RunsOf(1 - leader));

        // For the cluster a replica that is cut off is one that was killed: it renews nothing, and gives nothing up.
        cluster.ApiServer.Faults.Forbid("*", "*", AuditedReplicas.UserOf(leader));
        await cluster.UntilAsync(() => cluster.RunsOf(1 - leader) > 0, "the other takes over");
        await cluster.UntilAsync(
            async () => !(await cluster.MetricsAsync(leader)).Text.Contains("ha_webhook_audit_violations{", StringComparison.Ordinal),
            "the one that is cut off tells no findings any more");
        var metrics = await cluster.MetricsAsync(1 - leader);
        Assert.Contains("ha_webhook_audit_last_run_timestamp_seconds", metrics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_drains_gives_the_lease_up_at_once()
    {
        // Nobody waits for a lease of ten minutes in this test.
        await using var cluster = await AuditedReplicas.StartAsync(AuditedReplicas.Often with { LeaseDuration = TimeSpan.FromMinutes(10) });
        await cluster.UntilAuditedAsync(1);
        var first = cluster.Holder;
        Assert.NotEmpty(first);

        var drained = cluster.Replicas[0].DrainAsync();
        await cluster.UntilAsync(() => cluster.Holder.Length == 0, "the lease is free");
        await cluster.AddReplicaAsync();
        await cluster.UntilAsync(() => cluster.RunsOf(1) > 0, "another one audits");
        Assert.NotEqual(first, cluster.Holder);
        await drained;
    }

    [Fact]
    public async Task Without_the_option_nothing_is_audited_and_nothing_told_of_it()
    {
        await using var cluster = await AuditedReplicas.StartAsync(new());
        await cluster.UntilAsync(async () => (await cluster.MetricsAsync()).Values.GetValueOrDefault("ha_webhook_ready") == 1, "it is ready");
        Assert.DoesNotContain("ha_webhook_audit", (await cluster.MetricsAsync()).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.ApiServer.Requests.All, request => request.Resource is "leases" or "pods" or "nodes");
    }
}
