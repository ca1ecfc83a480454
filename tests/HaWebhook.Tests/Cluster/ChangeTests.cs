namespace HaWebhook.Tests.Cluster;

/// <summary>What users see who change what workloads hang on: autoscalers, disruption budgets, namespaces.</summary>
public sealed class ChangeTests
{
    [Fact]
    public async Task A_stricter_mode_tells_how_much_would_be_refused()
    {
        await using var cluster = await LivingCluster.StartAsync("mode: Audit\nnamespaceModes: Any\n");
        await CreateAsync(cluster, Manifests.Deployment("single", 1), Manifests.Deployment("double", 2), Manifests.Deployment("alone", 1, Manifests.Exempt));
        await CreateAsync(cluster, Manifests.Deployment("scaled", 1), Manifests.HorizontalPodAutoscaler("scaled", 2));
        string[] expected =
        [
            "namespace shop: 1 of 5 objects would be refused if created anew, restored or recreated",
            "ha-webhook audit --as-if Enforce lists them",
        ];
        await LivingCluster.UntilAsync(async () => (await LabelAsync(cluster, "Enforce", "?dryRun=All")).Warnings.SequenceEqual(expected), "the preview is complete");
        Assert.Equal(expected, (await LabelAsync(cluster, "Enforce")).Warnings);
        Assert.Empty((await LabelAsync(cluster, "Warn")).Warnings);
    }

    [Fact]
    public async Task A_label_that_is_no_mode_is_told()
    {
        await using var cluster = await LivingCluster.StartAsync();
        Assert.Equal(
            ["ha-webhook.io/mode is Enfoce, which is no mode; must be Enforce, Warn or Audit; did you mean Enforce?"],
            (await LabelAsync(cluster, "Enfoce")).Warnings);
    }

    [Fact]
    public async Task An_autoscaler_is_lowered_as_its_workload_allows()
    {
        await using var cluster = await LivingCluster.StartAsync();
        var (plain, exempt) = (Manifests.HorizontalPodAutoscaler("plain", 3), Manifests.HorizontalPodAutoscaler("exempt", 3));
        await CreateAsync(cluster, Manifests.Deployment("plain", 3), Manifests.Deployment("exempt", 3, Manifests.Exempt), plain, exempt);
        await UntilKnownAsync(cluster, "exempt", exempt);
        const string one = """{"spec":{"minReplicas":1}}""";
        Assert.Equal(403, (await cluster.PatchAsync(plain, one)).Status);
        Assert.Equal(200, (await cluster.PatchAsync(exempt, one)).Status);
    }

    [Fact]
    public async Task An_autoscaler_that_goes_leaves_a_warning_where_one_replica_stays()
    {
        await using var cluster = await LivingCluster.StartAsync();
        var autoscaler = Manifests.HorizontalPodAutoscaler("web", 2);
        await CreateAsync(cluster, autoscaler, Manifests.Deployment("web", 1));
        await LivingCluster.UntilAsync(
            async () => (await cluster.DeleteAsync(autoscaler, "?dryRun=All")).Warnings is [{ } warning] && warning.StartsWith("minimum-replicas: ", StringComparison.Ordinal),
            "the warning comes");
        Assert.Equal(200, (await cluster.DeleteAsync(autoscaler)).Status);
    }

    [Fact]
    public async Task A_budget_is_judged_with_the_workload_whose_pods_it_selects()
    {
        await using var cluster = await LivingCluster.StartAsync();
        await CreateAsync(cluster, Manifests.Deployment("web", 2));
        var budget = Manifests.PodDisruptionBudget("web", "2");
        await LivingCluster.UntilAsync(async () => (await cluster.CreateAsync(budget, "?dryRun=All")).Warnings.Length > 0, "the workload is known");
        Assert.StartsWith(
            "disruption-budget-settings: spec.minAvailable is 2", Assert.Single((await cluster.CreateAsync(budget)).Warnings), StringComparison.Ordinal);
        Assert.Equal(200, (await cluster.DeleteAsync(budget)).Status);
        Assert.Empty((await cluster.CreateAsync(Manifests.PodDisruptionBudget("web", "1"))).Warnings);
    }

    private static async Task CreateAsync(LivingCluster cluster, params string[] manifests)
    {
        foreach (var manifest in manifests)
        {
            var created = await cluster.CreateAsync(manifest);
            Assert.True(created.Status == 201, created.Message);
        }
    }

    /// <summary>Waits until the workload of an autoscaler is in the caches.</summary>
    private static Task UntilKnownAsync(LivingCluster cluster, string name, string autoscaler) => LivingCluster.UntilAsync(
        async () => (await cluster.SendAsync(
            "PATCH",
            $"/apis/autoscaling/v2/namespaces/{LivingCluster.Namespace}/horizontalpodautoscalers/{name}?dryRun=All",
            """{"spec":{"minReplicas":1}}""",
            "application/merge-patch+json")).Status == 200,
        $"{autoscaler} is judged with its workload");

    private static Task<LivingCluster.Outcome> LabelAsync(LivingCluster cluster, string mode, string query = "") => cluster.SendAsync(
        "PATCH",
        $"/api/v1/namespaces/{LivingCluster.Namespace}{query}",
        $$$"""{"metadata":{"labels":{"ha-webhook.io/mode":"{{{mode}}}"} } }""",
        "application/merge-patch+json");
}
