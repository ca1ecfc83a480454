using System.Text.Json.Nodes;

namespace HaWebhook.Tests.Cluster;

/// <summary>A cluster in trouble, one that changes while it is looked at, and users who want what they may not have.</summary>
public sealed class TroubleTests
{
    private const string Keda = "keda.sh";

    [Fact]
    public async Task An_autoscaler_and_the_exempt_workload_of_a_moment_ago()
    {
        await using var cluster = await LivingCluster.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment($"web-{i}", 1, Manifests.Exempt))).Status);
            var autoscaler = await cluster.CreateAsync(Manifests.HorizontalPodAutoscaler($"web-{i}", 1));
            Assert.True(autoscaler.Status == 201, autoscaler.Message);
        }

        Assert.Equal(403, (await cluster.CreateAsync(Manifests.HorizontalPodAutoscaler("none", 1))).Status);
    }

    [Fact]
    public async Task An_autoscaler_of_an_exempt_custom_workload()
    {
        await using var cluster = await LivingCluster.StartAsync(prepare: server => server.ServeCustomResource("argoproj.io", "v1alpha1", "Rollout", "rollouts", scale: true));
        var rollout = Rollout(Manifests.Deployment("web", 1, Manifests.Exempt));
        Assert.Equal(201, (await cluster.CreateAsync(rollout)).Status);
        var created = await cluster.CreateAsync(Rollout(Manifests.HorizontalPodAutoscaler("web", 1)));
        Assert.True(created.Status == 201, created.Message);
    }

    [Fact]
    public async Task A_custom_workload_is_scaled_as_its_exemption_and_its_autoscaler_allow()
    {
        await using var cluster = await LivingCluster.StartAsync(prepare: server => server.ServeCustomResource("argoproj.io", "v1alpha1", "Rollout", "rollouts", scale: true));
        Assert.Equal(201, (await cluster.CreateAsync(Rollout(Manifests.Deployment("exempt", 2, Manifests.Exempt)))).Status);
        Assert.Equal(201, (await cluster.CreateAsync(Rollout(Manifests.Deployment("scaled", 2)))).Status);
        Assert.Equal(201, (await cluster.CreateAsync(Rollout(Manifests.Deployment("plain", 2)))).Status);
        Assert.Equal(201, (await cluster.CreateAsync(Rollout(Manifests.HorizontalPodAutoscaler("scaled", 2)))).Status);
        Assert.Equal(200, (await ScaleAsync(cluster, "exempt")).Status);
        Assert.Equal(200, (await ScaleAsync(cluster, "scaled")).Status);
        Assert.Equal(403, (await ScaleAsync(cluster, "plain")).Status);

        static Task<LivingCluster.Outcome> ScaleAsync(LivingCluster cluster, string name) => cluster.SendAsync(
            "PATCH",
            $"/apis/argoproj.io/v1alpha1/namespaces/{LivingCluster.Namespace}/rollouts/{name}/scale",
            """{"spec":{"replicas":1}}""",
            "application/merge-patch+json");
    }

    [Fact]
    public async Task Credentials_that_cannot_be_read_do_not_end_the_server()
    {
        await using var cluster = await LivingCluster.StartAsync(waits: false, hasToken: false);
        Assert.Equal(503, (await cluster.ReadinessAsync()).Status);
        await LivingCluster.UntilAsync(
            async () => (await cluster.ReadinessAsync()).Text.Contains("no token: Could not find file", StringComparison.Ordinal), "the reason is told");
        await cluster.WriteTokenAsync();
        await cluster.UntilReadyAsync();
        Assert.Equal(403, (await cluster.CreateAsync(Manifests.Deployment("web", 1))).Status);
    }

    [Fact]
    public async Task Kinds_that_nobody_serves_may_be_forbidden_and_nothing_is_missing()
    {
        // An API server asks for permission before it says that there is no such kind.
        await using var cluster = await LivingCluster.StartAsync(prepare: server => server.Faults.Forbid("list", "scaledobjects"));
        Assert.Equal(403, (await cluster.CreateAsync(Manifests.Deployment("web", 1))).Status);
        Assert.DoesNotContain(cluster.Webhook.Log.All, line => line.Contains(Keda, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_custom_kind_that_may_not_be_listed_takes_no_other_workload_from_the_rules()
    {
        await using var cluster = await LivingCluster.StartAsync(prepare: server =>
        {
            server.ServeCustomResource("argoproj.io", "v1alpha1", "Rollout", "rollouts", scale: true);
            server.Faults.Forbid("list", "rollouts");
        });
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment("web", 2))).Status);
        await LivingCluster.UntilAsync(
            async () => (await cluster.CreateAsync(Manifests.PodDisruptionBudget("web", "2"), "?dryRun=All")).Warnings
                .Any(line => line.StartsWith("disruption-budget-settings: spec.minAvailable is 2", StringComparison.Ordinal)),
            "the budget is judged with the Deployment");
        Assert.Contains(
            cluster.Webhook.Log.All,
            line => line.StartsWith("Warning: rollouts.argoproj.io cannot be looked at, and rules that need them do without: cannot list", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_owner_of_a_group_that_nobody_serves_is_an_invention_from_the_first_object_of_a_namespace()
    {
        await using var cluster = await LivingCluster.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            cluster.ApiServer.AddNamespace($"new-{i}");
            var manifest = JsonNode.Parse(Manifests.Deployment("web", 1))!;
            manifest["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = "made.up/v1",
                ["kind"] = "Thing",
                ["name"] = "thing",
                ["uid"] = "1",
                ["controller"] = true,
            });
            Assert.Equal(403, (await cluster.SendAsync("POST", $"/apis/apps/v1/namespaces/new-{i}/deployments", manifest.ToJsonString())).Status);
        }
    }

    [Fact]
    public async Task A_storm_of_denials_is_no_storm_of_lists()
    {
        await using var cluster = await LivingCluster.StartAsync();
        var before = Lists(cluster);
        cluster.ApiServer.Faults.Delay = TimeSpan.FromMilliseconds(100);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => cluster.CreateAsync(Manifests.Deployment($"web-{i}", 1))));
        Assert.All(outcomes, outcome => Assert.Equal(403, outcome.Status));
        Assert.InRange(Lists(cluster) - before, 1, 20);

        static int Lists(LivingCluster cluster) =>
            cluster.ApiServer.Requests.All.Count(request => request.Path.Contains("/namespaces/shop/horizontalpodautoscalers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_policy_gives_up_a_kind_and_takes_it_back()
    {
        const string rollouts = "workloads: [{group: argoproj.io, kind: Rollout, resource: rollouts}]\n";
        await using var cluster = await LivingCluster.StartAsync(
            rollouts, server => server.ServeCustomResource("argoproj.io", "v1alpha1", "Rollout", "rollouts", scale: true));
        Assert.Equal(403, (await cluster.CreateAsync(Rollout(Manifests.Deployment("web", 1)))).Status);
        await cluster.SetPolicyAsync("workloads: []\n");
        await LivingCluster.UntilAsync(
            async () => (await cluster.CreateAsync(Rollout(Manifests.Deployment("web", 1)), "?dryRun=All")).Status == 201, "the kind means nothing");
        await cluster.SetPolicyAsync(rollouts);
        await LivingCluster.UntilAsync(
            async () => (await cluster.CreateAsync(Rollout(Manifests.Deployment("web", 1)), "?dryRun=All")).Status == 403, "the kind is judged again");
    }

    [Fact]
    public async Task A_namespace_that_is_made_anew_has_nothing_of_the_old_one()
    {
        await using var cluster = await LivingCluster.StartAsync("mode: Audit\nnamespaceModes: Any\nrules: {horizontal-pod-autoscaler: {action: Warn}}\n");
        foreach (var _ in Enumerable.Range(0, 3))
        {
            cluster.ApiServer.AddNamespace("again", ("ha-webhook.io/mode", "Enforce"));
            cluster.ApiServer.Seed(InNamespace("again", Manifests.Deployment("web", 2)));
            await LivingCluster.UntilAsync(async () => (await PostAsync(cluster)).Status == 403, "the label is in force");
            Assert.True(cluster.ApiServer.Remove("apps/v1", "Deployment", "again", "web"));
            Assert.True(cluster.ApiServer.Remove("v1", "Namespace", null, "again"));
            cluster.ApiServer.AddNamespace("again");
            await LivingCluster.UntilAsync(async () => (await PostAsync(cluster)).Status == 201, "the label is gone");
            Assert.True(cluster.ApiServer.Remove("v1", "Namespace", null, "again"));
        }

        static Task<LivingCluster.Outcome> PostAsync(LivingCluster cluster) =>
            cluster.SendAsync("POST", "/apis/apps/v1/namespaces/again/deployments?dryRun=All", Manifests.Deployment("other", 1));
    }

    internal static string InNamespace(string name, string manifest)
    {
        var json = JsonNode.Parse(manifest)!;
        json["metadata"]!["namespace"] = name;
        return json.ToJsonString();
    }

    private static string Rollout(string deployment) => deployment
        .Replace("\"apps/v1\"", "\"argoproj.io/v1alpha1\"", StringComparison.Ordinal)
        .Replace("\"Deployment\"", "\"Rollout\"", StringComparison.Ordinal);
}
