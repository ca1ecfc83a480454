using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Tests.Telemetry;

namespace HaWebhook.Tests.Cluster;

/// <summary>Reviews in a namespace that is too new to be known, while the API server cannot be asked for it.</summary>
public sealed class UnknownNamespaceTests
{
    private const string Young = "young";

    [Fact]
    public async Task A_review_is_sent_back_and_then_nothing_is_denied_or_filled_in_by_what_is_not_known()
    {
        await using var cluster = await StartAsync("Enforce", "Audit");
        cluster.ApiServer.Faults.FailNext(1_000_000, 500);
        using (var sentBack = await cluster.Webhook.PostAsync("/validate?timeout=10s", InNamespace(Young)))
        {
            Assert.Equal((503, "1", true), ((int)sentBack.StatusCode, sentBack.Headers.RetryAfter?.ToString(), sentBack.Headers.ConnectionClose));
            Assert.Equal(
                "the API server could not be asked for the labels of the namespace; send it again in a second\n",
                await sentBack.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        var judged = await AskAsync(cluster, "/validate?timeout=10s");
        Assert.True(judged["allowed"]!.GetValue<bool>());
        Assert.Equal("minimum-replicas failed", judged["auditAnnotations"]!["error"]!.GetValue<string>());
        var filled = await AskAsync(cluster, "/mutate?timeout=10s");
        Assert.Null(filled["patch"]);
        Assert.Contains("failed", filled["auditAnnotations"]!["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(1, (await Exposition.OfAsync(cluster.Webhook))["ha_webhook_refused_requests_total{reason=\"not-ready\"}"]);

        cluster.ApiServer.Faults.FailNext(0, 500);
        await LivingCluster.UntilAsync(
            async () => (await AskAsync(cluster, "/validate?timeout=10s"))["auditAnnotations"]!["decision"]!.GetValue<string>() == "would-deny",
            "the label counts once it can be read");
    }

    [Fact]
    public async Task Where_the_policy_says_so_what_cannot_be_decided_is_denied()
    {
        await using var cluster = await StartAsync("Enforce", "Audit", "onRuleError: Deny\n");
        cluster.ApiServer.Faults.Forbid("get", "namespaces");
        Assert.False((await AskAsync(cluster, "/validate?timeout=10s"))["allowed"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("10s", true)]
    [InlineData("1s", false)]
    public async Task Nobody_is_sent_back_in_vain(string timeout, bool isForbidden)
    {
        await using var cluster = await StartAsync("Enforce", "Audit");
        if (isForbidden)
        {
            cluster.ApiServer.Faults.Forbid("get", "namespaces");
        }
        else
        {
            cluster.ApiServer.Faults.Delay = TimeSpan.FromHours(1);
        }

        for (var i = 0; i < 2; i++)
        {
            Assert.True((await AskAsync(cluster, $"/validate?timeout={timeout}"))["allowed"]!.GetValue<bool>());
        }

        var told = await Exposition.OfAsync(cluster.Webhook);
        Assert.Equal((2, 0), (told["ha_webhook_live_looks_total{result=\"failed\"}"], told["ha_webhook_live_looks_total{result=\"skipped\"}"]));
        cluster.ApiServer.Faults.Delay = TimeSpan.Zero;
        cluster.ApiServer.Faults.CutConnections();
    }

    [Fact]
    public async Task A_denial_that_nothing_was_heard_of_keeps_no_namespace_from_being_looked_up()
    {
        await using var cluster = await StartAsync("Audit", "Enforce", prepare: "strict");
        cluster.ApiServer.Faults.Delay = TimeSpan.FromHours(1);
        Assert.False((await AskAsync(cluster, "/validate?timeout=2s", "strict"))["allowed"]!.GetValue<bool>());
        cluster.ApiServer.Faults.Delay = TimeSpan.Zero;
        cluster.ApiServer.Faults.CutConnections();
        Assert.False((await AskAsync(cluster, "/validate?timeout=30s"))["allowed"]!.GetValue<bool>());
    }

    /// <summary>A cluster in which the namespace young exists and is not known to the webhook.</summary>
    private static async Task<LivingCluster> StartAsync(string mode, string label, string policy = "", string prepare = "known")
    {
        var cluster = await LivingCluster.StartAsync(
            $"mode: {mode}\nnamespaceModes: Any\n{policy}", server => server.AddNamespace(prepare, ("ha-webhook.io/mode", label)));
        cluster.ApiServer.Faults.StallWatches = true;
        cluster.ApiServer.AddNamespace(Young, ("ha-webhook.io/mode", label));
        return cluster;
    }

    private static async Task<JsonObject> AskAsync(LivingCluster cluster, string path, string name = Young)
    {
        using var answer = await cluster.Webhook.PostAsync(path, InNamespace(name));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!["response"]!.AsObject();
    }

    private static byte[] InNamespace(string name) => Encoding.UTF8.GetBytes(
        File.ReadAllText("Reviews/single.deployments.create.admin.validate.json").Replace("\"namespace\":\"lab\"", $"\"namespace\":\"{name}\"", StringComparison.Ordinal));
}
