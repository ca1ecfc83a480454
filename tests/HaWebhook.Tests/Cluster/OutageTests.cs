using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer;

namespace HaWebhook.Tests.Cluster;

/// <summary>An API server that is away or out of sorts for a while: what becomes of reviews and of the log meanwhile, and of the caches afterwards.</summary>
public sealed class OutageTests
{
    private static readonly byte[] _review = InNamespace(LivingCluster.Namespace);

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

    [Fact]
    public async Task While_it_does_not_answer_one_review_waits_for_it_and_the_others_are_judged_by_what_is_known()
    {
        await using var cluster = await LivingCluster.StartAsync();
        cluster.ApiServer.Faults.Delay = TimeSpan.FromHours(1);
        for (var i = 0; i < 20; i++)
        {
            Assert.False(await IsAllowedAsync(cluster));
        }

        // As many as it takes pauses of 5 seconds to answer them all.
        var told = await Telemetry.Exposition.OfAsync(cluster.Webhook);
        var (failed, skipped) = (told["ha_webhook_live_looks_total{result=\"failed\"}"], told["ha_webhook_live_looks_total{result=\"skipped\"}"]);
        Assert.Equal(20, failed + skipped);
        Assert.InRange(failed, 1, 10);
        Assert.Single(Lines(cluster, "could not be asked"));

        // A moment after it answers again, what was created a moment ago is seen again.
        cluster.ApiServer.Faults.Delay = TimeSpan.Zero;
        cluster.ApiServer.Faults.CutConnections();
        await LivingCluster.UntilAsync(
            async () =>
            {
                Assert.False(await IsAllowedAsync(cluster));
                return (await Telemetry.Exposition.OfAsync(cluster.Webhook))["ha_webhook_live_looks_total{result=\"answered\"}"] > 0;
            },
            "it is asked again");
    }

    [Fact]
    public async Task A_call_that_has_no_time_keeps_no_other_from_looking()
    {
        await using var cluster = await LivingCluster.StartAsync();
        cluster.ApiServer.Faults.Delay = TimeSpan.FromHours(1);
        for (var i = 0; i < 3; i++)
        {
            using var answer = await cluster.Webhook.PostAsync("/validate?timeout=0.1s", _review);
            Assert.True(answer.IsSuccessStatusCode);
        }

        var told = await Telemetry.Exposition.OfAsync(cluster.Webhook);
        Assert.Equal((3, 0), (told["ha_webhook_live_looks_total{result=\"failed\"}"], told["ha_webhook_live_looks_total{result=\"skipped\"}"]));
    }

    /// <summary>A review that is only recorded waits half a second at most, so that one follows the other within its user's patience.</summary>
    [Fact]
    public async Task Where_nothing_is_denied_a_slow_API_server_keeps_nobody_waiting_and_where_it_is_the_look_is_taken()
    {
        await using var cluster = await LivingCluster.StartAsync("mode: Audit\nnamespaceModes: Any\n", server => server.AddNamespace("strict", ("ha-webhook.io/mode", "Enforce")));
        cluster.ApiServer.Faults.Delay = TimeSpan.FromSeconds(1.5);
        Assert.True(await IsAllowedAsync(cluster, "?timeout=30s"));
        Assert.True(await IsAllowedAsync(cluster, "?timeout=30s"));
        var told = await Telemetry.Exposition.OfAsync(cluster.Webhook);
        Assert.Equal(0, told["ha_webhook_live_looks_total{result=\"answered\"}"]);
        Assert.InRange(told["ha_webhook_live_looks_total{result=\"failed\"}"], 1, 2);

        // What its denial hangs on is waited for all the same.
        using var denied = await cluster.Webhook.PostAsync("/validate?timeout=30s", InNamespace("strict"));
        Assert.Equal(1, (await Telemetry.Exposition.OfAsync(cluster.Webhook))["ha_webhook_live_looks_total{result=\"answered\"}"]);
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
        var before = cluster.ApiServer.Requests.Count("watch");
        cluster.ApiServer.Faults.CutWatches();

        // A watch that was cut is counted as open until its end is noticed.
        await LivingCluster.UntilAsync(
            () => Task.FromResult(cluster.ApiServer.Requests.Count("watch") >= before + watches && cluster.ApiServer.Faults.OpenWatches == watches),
            "everything is watched again");
        Assert.Equal(403, (await cluster.CreateAsync(Manifests.Deployment("web", 1))).Status);
        Assert.Empty(Lines(cluster, "could not be asked"));
    }

    private static byte[] InNamespace(string name) => Encoding.UTF8.GetBytes(
        File.ReadAllText("Reviews/single.deployments.create.admin.validate.json").Replace("\"namespace\":\"lab\"", $"\"namespace\":\"{name}\"", StringComparison.Ordinal));

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

    private static async Task<bool> IsAllowedAsync(LivingCluster cluster, string query = "?timeout=2s")
    {
        using var answer = await cluster.Webhook.PostAsync("/validate" + query, _review);
        var json = JsonNode.Parse(Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)))!;
        return json["response"]!["allowed"]!.GetValue<bool>();
    }
}
