using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer;

namespace HaWebhook.Tests.Cluster;

/// <summary>An API server that is away or out of sorts for a while: what becomes of reviews and of the log meanwhile, and of the caches afterwards.</summary>
public sealed class OutageTests
{
    private static readonly byte[] _review = File.ReadAllBytes("Reviews/single.deployments.create.admin.validate.json");

    [Fact]
    public async Task While_it_is_away_reviews_are_answered_and_the_log_stays_short()
    {
        await using var cluster = await LivingCluster.StartAsync();
        cluster.ApiServer.Faults.RefuseConnections = true;
        await UntilCutOffAsync(cluster);
        for (var i = 0; i < 50; i++)
        {
            Assert.False(await IsAllowedAsync(cluster));
        }

        Assert.Single(Lines(cluster, "could not be asked"));
        Assert.InRange(Lines(cluster, "are as they were at").Count, 0, 1);
        cluster.ApiServer.Faults.RefuseConnections = false;
        await LivingCluster.UntilAsync(
            () => Task.FromResult(Lines(cluster, " again, ").Count == Lines(cluster, "cut off from").Count), "everything is watched again");
        AssertToldOnce(cluster);
    }

    [Theory]
    [InlineData(429, 0)]
    [InlineData(500, null)]
    public async Task A_storm_of_refusals_passes(int code, int? retryAfter)
    {
        await using var cluster = await LivingCluster.StartAsync();
        var watches = cluster.ApiServer.Faults.OpenWatches;
        cluster.ApiServer.Faults.FailNext(1_000_000, code, retryAfter);
        cluster.ApiServer.Faults.CutWatches();
        await UntilCutOffAsync(cluster);
        Assert.False(await IsAllowedAsync(cluster));
        cluster.ApiServer.Faults.FailNext(0, code);
        await LivingCluster.UntilAsync(() => Task.FromResult(cluster.ApiServer.Faults.OpenWatches == watches), "everything is watched again");
        AssertToldOnce(cluster);
    }

    [Fact]
    public async Task A_token_that_is_replaced_is_taken_up()
    {
        var user = User.ServiceAccount("platform", "ha-webhook");
        await using var cluster = await LivingCluster.StartAsync(prepare: server => server.AddToken("first", user), waits: false, hasToken: false);
        await cluster.WriteTokenAsync("first");
        await cluster.UntilReadyAsync();
        var watches = cluster.ApiServer.Faults.OpenWatches;
        cluster.ApiServer.AddToken("second", user);
        cluster.ApiServer.ExpireToken("first");
        await cluster.WriteTokenAsync("second");
        cluster.ApiServer.Faults.CutWatches();
        await LivingCluster.UntilAsync(() => Task.FromResult(cluster.ApiServer.Faults.OpenWatches == watches), "everything is watched again");
        Assert.Equal(403, (await cluster.CreateAsync(Manifests.Deployment("web", 1))).Status);
        Assert.Empty(Lines(cluster, "could not be asked"));
    }

    private static Task UntilCutOffAsync(LivingCluster cluster) =>
        LivingCluster.UntilAsync(() => Task.FromResult(Lines(cluster, "cut off from").Count > 0), "the trouble is noticed");

    private static List<string> Lines(LivingCluster cluster, string text) =>
        [.. cluster.Webhook.Log.All.Where(line => line.Contains(text, StringComparison.Ordinal))];

    /// <summary>That each kind was told at most once to be cut off.</summary>
    private static void AssertToldOnce(LivingCluster cluster)
    {
        var kinds = Lines(cluster, "cut off from").ConvertAll(line => line[..line.IndexOf(',', StringComparison.Ordinal)]);
        Assert.Equal(kinds.Distinct(), kinds);
    }

    private static async Task<bool> IsAllowedAsync(LivingCluster cluster)
    {
        using var answer = await cluster.Webhook.PostAsync("/validate?timeout=2s", _review);
        var json = JsonNode.Parse(Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)))!;
        return json["response"]!["allowed"]!.GetValue<bool>();
    }
}
