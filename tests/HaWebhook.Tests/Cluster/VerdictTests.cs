namespace HaWebhook.Tests.Cluster;

/// <summary>What users see who write to a cluster with the webhook in it.</summary>
public sealed class VerdictTests
{
    private const string Denied = "admission webhook \"validate.ha-webhook.io\" denied the request: ";

    [Fact]
    public async Task One_replica_is_denied_and_two_are_created()
    {
        await using var cluster = await LivingCluster.StartAsync();
        var one = await cluster.CreateAsync(Manifests.Deployment("web", 1));
        Assert.Equal(403, one.Status);
        Assert.Equal(
            """
            Deployment shop/web is not highly available:
            - minimum-replicas: spec.replicas is 1; must be at least 2.
              Set spec.replicas to 2 or more. If an autoscaler is on its way, annotate ha-webhook.io/autoscaled: "true". If this is right as it is, annotate ha-webhook.io/exempt: minimum-replicas and ha-webhook.io/exempt-reason: <why>.
            """,
            Reason(one));
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment("web", 2))).Status);
    }

    [Fact]
    public async Task An_autoscaler_of_a_moment_ago_lifts_the_denial()
    {
        await using var cluster = await LivingCluster.StartAsync();
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.HorizontalPodAutoscaler("web", 2))).Status);
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment("web", 1))).Status);
        Assert.Equal(403, (await cluster.CreateAsync(Manifests.Deployment("other", 1))).Status);
    }

    [Fact]
    public async Task A_budget_of_a_moment_ago_lifts_the_denial()
    {
        await using var cluster = await LivingCluster.StartAsync("rules: {pod-disruption-budget: {action: Deny}}\n");
        cluster.ApiServer.Faults.StallWatches = true;
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.PodDisruptionBudget("web", "1"))).Status);
        var web = await cluster.CreateAsync(Manifests.Deployment("web", 2));
        Assert.True(web.Status == 201, web.Message);
        Assert.Equal(403, (await cluster.CreateAsync(Manifests.Deployment("other", 2))).Status);
    }

    /// <summary>The autoscaler is seen; the Deployment, which is looked up after it, is not.</summary>
    [Fact]
    public async Task What_was_seen_before_a_look_failed_counts()
    {
        await using var cluster = await LivingCluster.StartAsync(
            prepare: server => server.Seed(TroubleTests.InNamespace(LivingCluster.Namespace, Manifests.Deployment("web", 3))));
        cluster.ApiServer.Faults.StallWatches = true;
        cluster.ApiServer.Faults.Forbid("get", "deployments");
        Assert.Equal(403, (await cluster.ScaleAsync(Manifests.Deployment("web", 3), 1)).Status);
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.HorizontalPodAutoscaler("web", 2))).Status);
        var scaled = await cluster.ScaleAsync(Manifests.Deployment("web", 3), 1);
        Assert.True(scaled.Status == 200, scaled.Message);
    }

    [Theory]
    [InlineData("Enforce", "Audit", 201)]
    [InlineData("Audit", "Enforce", 403)]
    public async Task The_labels_of_a_namespace_of_a_moment_ago_count(string policy, string label, int status)
    {
        await using var cluster = await LivingCluster.StartAsync($"mode: {policy}\nnamespaceModes: Any\n");
        cluster.ApiServer.Faults.StallWatches = true;
        cluster.ApiServer.AddNamespace("young", ("ha-webhook.io/mode", label));
        var deployment = Manifests.Deployment("web", 1);

        Assert.Equal(status, (await cluster.SendAsync("POST", "/apis/apps/v1/namespaces/young/deployments", deployment)).Status);
    }

    [Fact]
    public async Task A_dry_run_gets_the_same_answer()
    {
        await using var cluster = await LivingCluster.StartAsync();
        Assert.Equal(403, (await cluster.CreateAsync(Manifests.Deployment("web", 1), "?dryRun=All")).Status);
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment("web", 2), "?dryRun=All")).Status);
    }

    [Fact]
    public async Task Applied_from_the_server_side_it_is_the_same()
    {
        await using var cluster = await LivingCluster.StartAsync();
        Assert.Equal(403, (await cluster.ApplyAsync(Manifests.Deployment("web", 1))).Status);
        Assert.Equal(201, (await cluster.ApplyAsync(Manifests.Deployment("web", 3))).Status);
        Assert.Equal(403, (await cluster.ApplyAsync(Manifests.Deployment("web", 1))).Status);
    }

    [Fact]
    public async Task A_scale_is_judged_with_the_workload_that_is_scaled()
    {
        await using var cluster = await LivingCluster.StartAsync();
        var (plain, exempt, scaled) = (Manifests.Deployment("plain", 3), Manifests.Deployment("exempt", 3, Manifests.Exempt), Manifests.Deployment("scaled", 3));
        foreach (var deployment in new[] { plain, exempt, scaled })
        {
            Assert.Equal(201, (await cluster.CreateAsync(deployment)).Status);
        }

        Assert.Equal(201, (await cluster.CreateAsync(Manifests.HorizontalPodAutoscaler("scaled", 2))).Status);
        Assert.Equal(403, (await cluster.ScaleAsync(plain, 1)).Status);
        Assert.Equal(200, (await cluster.ScaleAsync(plain, 0)).Status);
        Assert.Equal(200, (await cluster.ScaleAsync(exempt, 1)).Status);
        Assert.Equal(200, (await cluster.ScaleAsync(scaled, 1)).Status);
    }

    [Fact]
    public async Task A_ScaledObject_counts()
    {
        await using var cluster = await LivingCluster.StartAsync(prepare: server => server.ServeScaledObjects());
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.ScaledObject("web", 2))).Status);
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment("web", 1))).Status);
    }

    [Fact]
    public async Task A_ScaledObject_counts_also_where_its_kind_comes_later()
    {
        await using var cluster = await LivingCluster.StartAsync();
        cluster.ApiServer.ServeScaledObjects();
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.ScaledObject("web", 2))).Status);
        await LivingCluster.UntilAsync(
            async () => (await cluster.CreateAsync(Manifests.Deployment("web", 1), "?dryRun=All")).Status == 201, "the kind is noticed");
    }

    [Fact]
    public async Task A_namespace_sets_its_mode_by_label()
    {
        await using var cluster = await LivingCluster.StartAsync("mode: Audit\nnamespaceModes: Any\n");
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment("before", 1))).Status);
        await LabelAsync(cluster, "Enforce");
        await LivingCluster.UntilAsync(
            async () => (await cluster.CreateAsync(Manifests.Deployment("after", 1), "?dryRun=All")).Status == 403, "the label is in force");
        await LabelAsync(cluster, "Warn");
        await LivingCluster.UntilAsync(
            async () => (await cluster.CreateAsync(Manifests.Deployment("warned", 1), "?dryRun=All")).Status == 201, "the other label is in force");
        Assert.Equal(
            ["minimum-replicas: spec.replicas is 1; must be at least 2"],
            (await cluster.CreateAsync(Manifests.Deployment("warned", 1))).Warnings);
    }

    [Fact]
    public async Task An_override_holds_in_the_namespaces_that_it_selects()
    {
        await using var cluster = await LivingCluster.StartAsync("overrides:\n- {namespaceSelector: {matchLabels: {team: checkout}}, rules: {minimum-replicas: {minimum: 3}}}\n");
        Assert.Equal(403, (await cluster.CreateAsync(Manifests.Deployment("web", 2))).Status);
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment("web", 3))).Status);
    }

    [Fact]
    public async Task Nothing_is_denied_when_it_is_deleted()
    {
        await using var cluster = await LivingCluster.StartAsync();
        var autoscaler = Manifests.HorizontalPodAutoscaler("web", 2);
        Assert.Equal(201, (await cluster.CreateAsync(autoscaler)).Status);
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment("web", 1))).Status);
        var lowered = await cluster.PatchAsync(autoscaler, """{"spec":{"minReplicas":1}}""");
        Assert.Equal(403, lowered.Status);
        Assert.StartsWith("HorizontalPodAutoscaler shop/web is not highly available:\n- minimum-replicas: spec.minReplicas is 1;", Reason(lowered), StringComparison.Ordinal);
        Assert.Equal(200, (await cluster.DeleteAsync(autoscaler)).Status);
    }

    private static Task<LivingCluster.Outcome> LabelAsync(LivingCluster cluster, string mode) => cluster.SendAsync(
        "PATCH",
        $"/api/v1/namespaces/{LivingCluster.Namespace}",
        $$$"""{"metadata":{"labels":{"ha-webhook.io/mode":"{{{mode}}}"} } }""",
        "application/merge-patch+json");

    private static string Reason(LivingCluster.Outcome outcome)
    {
        Assert.StartsWith(Denied, outcome.Message, StringComparison.Ordinal);
        return outcome.Message[Denied.Length..];
    }
}
