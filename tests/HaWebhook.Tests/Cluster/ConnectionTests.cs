using System.Text.Json.Nodes;

namespace HaWebhook.Tests.Cluster;

/// <summary>What becomes of reviews while the cluster is not known yet, or no longer, or in parts only.</summary>
public sealed class ConnectionTests
{
    private static readonly byte[] _review = File.ReadAllBytes("Reviews/single.deployments.create.admin.validate.json");

    [Fact]
    public async Task Until_the_cluster_is_known_reviews_are_sent_back_to_be_asked_again()
    {
        await using var cluster = await LivingCluster.StartAsync(prepare: server => server.Faults.RefuseConnections = true, waits: false);
        using (var answer = await cluster.Webhook.PostAsync("/validate", _review))
        {
            Assert.Equal(503, (int)answer.StatusCode);
            Assert.Equal("0", answer.Headers.GetValues("Retry-After").Single());
            Assert.True(answer.Headers.ConnectionClose);
            Assert.StartsWith("not ready: the ", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        Assert.Equal(503, (await cluster.ReadinessAsync()).Status);
        cluster.ApiServer.Faults.RefuseConnections = false;
        await cluster.UntilReadyAsync();
        using (var answer = await cluster.Webhook.PostAsync("/validate", _review))
        {
            Assert.Equal(200, (int)answer.StatusCode);
        }

        Assert.Contains(cluster.Webhook.Log.All, line => line.StartsWith("Information: ready: Kubernetes 1.36, ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_API_server_asks_again_and_again_and_nothing_is_decided_by_half_of_what_is_known()
    {
        // The server needs three answers one after the other, and the user only one.
        await using var cluster = await LivingCluster.StartAsync(prepare: server => server.Faults.Delay = TimeSpan.FromSeconds(2), waits: false);
        var created = await cluster.CreateAsync(Manifests.Deployment("web", 2));
        Assert.Contains("failed calling webhook", created.Message, StringComparison.Ordinal);
        Assert.All(cluster.ApiServer.WebhookCalls, call => Assert.Equal((11, 503), (call.Attempts, call.StatusCode)));

        cluster.ApiServer.Faults.Delay = TimeSpan.Zero;
        await cluster.UntilReadyAsync();
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment("web", 2))).Status);
    }

    [Fact]
    public async Task Cut_off_it_goes_on_with_what_it_knows_and_stays_ready()
    {
        await using var cluster = await LivingCluster.StartAsync(prepare: server => server.Seed(Manifests.HorizontalPodAutoscaler("single", 2).Replace(
            "\"metadata\": {", "\"metadata\": {\"namespace\": \"lab\", ", StringComparison.Ordinal)));
        cluster.ApiServer.Faults.RefuseConnections = true;
        await LivingCluster.UntilAsync(
            () => Task.FromResult(cluster.Webhook.Log.All.Any(line => line.Contains("cut off from", StringComparison.Ordinal))), "the cut is noticed");

        Assert.True(await IsAllowedAsync(cluster, _review));
        Assert.False(await IsAllowedAsync(cluster, Renamed(_review)));
        Assert.Equal(200, (await cluster.ReadinessAsync()).Status);
    }

    [Fact]
    public async Task A_kind_that_may_not_be_listed_is_named_and_the_rest_is_judged()
    {
        await using var cluster = await LivingCluster.StartAsync(prepare: server => server.Faults.Forbid("list", "poddisruptionbudgets"));
        Assert.Equal(403, (await cluster.CreateAsync(Manifests.Deployment("web", 1))).Status);
        Assert.Equal(201, (await cluster.CreateAsync(Manifests.Deployment("web", 2))).Status);
        Assert.Contains(
            cluster.Webhook.Log.All,
            line => line.StartsWith("Warning: poddisruptionbudgets.policy cannot be looked at, and rules that need them do without: cannot list", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_autoscalers_may_not_be_listed_no_denial_is_built_on_their_absence()
    {
        await using var cluster = await LivingCluster.StartAsync(prepare: server => server.Faults.Forbid("list", "horizontalpodautoscalers"));
        var created = await cluster.CreateAsync(Manifests.Deployment("web", 1));
        Assert.Equal((201, ""), (created.Status, created.Message));
        Assert.Equal(["minimum-replicas: the rule failed and did not judge this object; tell your platform team"], created.Warnings);
    }

    private static async Task<bool> IsAllowedAsync(LivingCluster cluster, byte[] review)
    {
        using var answer = await cluster.Webhook.PostAsync("/validate?timeout=2s", review);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return json["response"]!["allowed"]!.GetValue<bool>();
    }

    private static byte[] Renamed(byte[] review) => System.Text.Encoding.UTF8.GetBytes(
        System.Text.Encoding.UTF8.GetString(review).Replace("\"name\":\"single\"", "\"name\":\"other\"", StringComparison.Ordinal));
}
