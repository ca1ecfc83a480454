using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer;
using HaWebhook.Auditing.Background;
using HaWebhook.Auditing.Background.Budgets;
using HaWebhook.Kubernetes;
using HaWebhook.Permissions;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.DefaultBudgets;
using HaWebhook.Policy.Objects;
using HaWebhook.Serving;
using HaWebhook.Telemetry;
using HaWebhook.Tests.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace HaWebhook.Tests.Auditing.Background;

/// <summary>The disruption budgets that are kept for workloads whose authors brought none.</summary>
public sealed class DefaultBudgetTests
{
    private const string Path = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets";
    private const string On = "rules: {default-disruption-budget: {enabled: true}}\n";
    private const string Kept = "ha_webhook_audit_default_budgets{state=\"kept\"}";
    private const string Missing = "ha_webhook_audit_default_budgets{state=\"missing\"}";

    /// <summary>Of an author, for all pods of the Deployment <c>api</c>.</summary>
    private const string Theirs = """
        {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"api","namespace":"shop"},
         "spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"api"} } } }
        """;

    [Fact]
    public async Task One_is_made_for_the_workload_that_has_none_and_a_second_run_writes_nothing()
    {
        await using var cluster = await StartAsync(On);
        var budget = await OnlyAsync(cluster);
        var owner = cluster.ApiServer.Find("apps/v1", "Deployment", "shop", "api")!["metadata"]!;
        var uid = Text(owner["uid"])!;
        var metadata = budget["metadata"]!;
        Assert.Matches("^api-ha-webhook-[0-9a-f]{10}$", Text(metadata["name"]));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""
                {"app.kubernetes.io/instance":"ha-webhook","app.kubernetes.io/managed-by":"ha-webhook","ha-webhook.io/default-budget-of":"{{uid}}"}
                """),
            metadata["labels"]));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""[{"apiVersion":"apps/v1","kind":"Deployment","name":"api","uid":"{{uid}}"}]"""), metadata["ownerReferences"]));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"maxUnavailable":1,"unhealthyPodEvictionPolicy":"AlwaysAllow","selector":{"matchLabels":{"app":"api"} } }"""), budget["spec"]));
        Assert.Equal("ha-webhook-default-budgets", Text(metadata["managedFields"]![0]!["manager"]));
        await SaidAsync(cluster, "default disruption budgets: 1 made");
        Assert.Single(cluster.Replicas[0].Log.All, line => line.Contains(
            $"default disruption budgets: 1 made, 0 removed, 0 failed: {Text(metadata["name"])} in shop made for Deployment api", StringComparison.Ordinal));

        cluster.ApiServer.Requests.Clear();
        await cluster.UntilAuditedAsync(3);
        Assert.DoesNotContain(cluster.ApiServer.Requests.All, request => request.Resource == "poddisruptionbudgets" && request.Verb is not ("list" or "watch"));
        Assert.DoesNotContain(cluster.ApiServer.Requests.All, request => request.Path.StartsWith(Path, StringComparison.Ordinal));
        Assert.Equal((1, 0), (await FigureAsync(cluster, Kept), await FigureAsync(cluster, Missing)));
    }

    [Fact]
    public async Task It_gives_way_to_the_authors_own_and_comes_back_when_that_goes()
    {
        await using var cluster = await StartAsync(On);
        var name = Text((await OnlyAsync(cluster))["metadata"]!["name"])!;

        cluster.ApiServer.Seed(Theirs);
        await UntilAsync(cluster, "api");
        await SaidAsync(cluster, $"1 removed, 0 failed: {name} in shop removed, because PodDisruptionBudget api selects the pods of Deployment api");

        Assert.True(cluster.ApiServer.Remove("policy/v1", "PodDisruptionBudget", "shop", "api"));
        await UntilAsync(cluster, name);
    }

    [Fact]
    public async Task It_goes_when_the_replicas_fall_below_two_and_when_the_workload_is_gone()
    {
        await using var cluster = await StartAsync(On);
        var name = Text((await OnlyAsync(cluster))["metadata"]!["name"])!;
        await ScaleAsync(cluster, 1);
        await UntilAsync(cluster);
        await SaidAsync(cluster, $"{name} in shop removed, because spec.replicas of Deployment api is 1");

        await ScaleAsync(cluster, 3);
        await UntilAsync(cluster, name);
        Assert.True(cluster.ApiServer.Remove("apps/v1", "Deployment", "shop", "api"));
        await UntilAsync(cluster);
        await SaidAsync(cluster, $"{name} in shop removed, because its workload is gone");
    }

    [Fact]
    public async Task What_somebody_changed_is_made_anew()
    {
        await using var cluster = await StartAsync(On);
        var changed = await OnlyAsync(cluster);
        changed["apiVersion"] = "policy/v1";
        changed["kind"] = "PodDisruptionBudget";
        changed["spec"]!.AsObject().Remove("maxUnavailable");
        changed["spec"]!["minAvailable"] = 2;
        cluster.ApiServer.Seed(changed.ToJsonString(), "somebody");
        await cluster.UntilAsync(
            async () => (await cluster.ListAsync(Path)) is [var budget] && budget["spec"]!["maxUnavailable"]?.GetValue<int>() == 1 && budget["spec"]!["minAvailable"] is null,
            "it is as it was");
    }

    [Fact]
    public async Task In_the_mode_Audit_it_is_told_once_and_nothing_is_written()
    {
        await using var cluster = await StartAsync("mode: Audit\n" + On);
        await cluster.UntilAuditedAsync(3);
        Assert.Empty(await cluster.ListAsync(Path));
        Assert.DoesNotContain(cluster.ApiServer.Requests.All, request => request.Resource == "poddisruptionbudgets" && request.Verb is not ("list" or "watch"));
        Assert.Single(cluster.Replicas[0].Log.All, line => line.Contains(
            "default disruption budgets that the mode Audit keeps back: 1 to be made, 0 to be removed: one for Deployment api in shop", StringComparison.Ordinal));
        Assert.Equal(1, await FigureAsync(cluster, Missing));
    }

    [Fact]
    public async Task Turned_off_it_takes_away_what_it_made_and_nothing_else()
    {
        await using var cluster = await StartAsync(On);
        await OnlyAsync(cluster);
        cluster.ApiServer.Seed(Theirs.Replace("\"app\":\"api\"", "\"app\":\"other\"", StringComparison.Ordinal));
        await File.WriteAllTextAsync(cluster.PolicyFile, "mode: Enforce\n", TestContext.Current.CancellationToken);
        await UntilAsync(cluster, "api");
        await SaidAsync(cluster, "removed, because default-disruption-budget is off");
    }

    [Fact]
    public async Task What_may_not_be_written_is_said_once_and_counted_and_holds_up_nothing()
    {
        await using var cluster = await StartAsync(On, server => server.Faults.Forbid("patch", "poddisruptionbudgets"));
        await cluster.UntilAuditedAsync(4);
        Assert.Single(cluster.Replicas[0].Log.All, line => line.Contains(
            "the default disruption budgets cannot be written, which is tried again after the next run: ", StringComparison.Ordinal));
        Assert.True((await cluster.MetricsAsync()).Values["ha_webhook_audit_writes_total{object=\"budget\",result=\"failure\"}"] >= 1);
        Assert.Equal(1, await FigureAsync(cluster, Missing));

        cluster.ApiServer.Faults.ForbidNothing();
        await OnlyAsync(cluster);
        await cluster.UntilAsync(async () => await FigureAsync(cluster, Missing) == 0, "none is missing");
    }

    [Fact]
    public async Task One_that_cannot_be_removed_gets_no_other_beside_it()
    {
        await using var cluster = await StartAsync(On);
        var changed = await OnlyAsync(cluster);
        cluster.ApiServer.Faults.Forbid("delete", "poddisruptionbudgets");
        changed["apiVersion"] = "policy/v1";
        changed["kind"] = "PodDisruptionBudget";
        changed["spec"]!["maxUnavailable"] = 2;
        cluster.ApiServer.Seed(changed.ToJsonString(), "somebody");
        cluster.ApiServer.Requests.Clear();
        await cluster.UntilAuditedAsync(3);
        Assert.DoesNotContain(cluster.ApiServer.Requests.All, request => request is { Verb: "patch", Resource: "poddisruptionbudgets" });
        Assert.Equal(2, Assert.Single(await cluster.ListAsync(Path))["spec"]!["maxUnavailable"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_budget_that_came_since_the_look_is_seen_before_anything_is_written()
    {
        await using var server = await TestApiServer.StartAsync();
        server.Seed(AuditedReplicas.Workload("api", 3));
        server.Seed(Theirs);
        var (writer, policy) = (WriterOf(server), PolicyFile.Read(On, out _)!);
        var planner = writer.PlannerOf(policy);
        var workload = server.Find("apps/v1", "Deployment", "shop", "api")!;
        var scene = new BudgetScene(
            "shop",
            new()
            {
                NamespaceLabels = new Dictionary<string, string> { ["kubernetes.io/metadata.name"] = "shop" },
                Autoscalers = AutoscalerIndex.Empty,
                DisruptionBudgets = DisruptionBudgetIndex.Empty,
                Workloads = new([(PodOwner)planner.Reader.ReadObject(Encoding.UTF8.GetBytes(workload.ToJsonString()), "apps/v1", "Deployment")!], []),
            },
            [],
            IsWhole: true);
        var plan = planner.Plan(scene);
        Assert.Single(plan.Missing);

        await writer.WriteAsync([(scene, plan)], planner, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(server.Requests.All, request => request.Verb == "patch");

        Assert.True(server.Remove("policy/v1", "PodDisruptionBudget", "shop", "api"));
        await writer.WriteAsync([(scene, plan)], planner, TestContext.Current.CancellationToken);
        Assert.Single(server.Requests.All, request => request.Verb == "patch");
    }

    [Fact]
    public async Task It_asks_for_what_the_table_of_permissions_says()
    {
        await using var cluster = await StartAsync(On);
        await OnlyAsync(cluster);
        cluster.ApiServer.Seed(Theirs);
        await UntilAsync(cluster, "api");
        var asked = cluster.ApiServer.Requests.Accesses
            .Where(access => access.User == AuditedReplicas.UserOf(0) && access.Resource == "poddisruptionbudgets" && access.Verb is not ("list" or "watch"))
            .Select(access => access.Verb)
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.Equal(Assert.Single(ServerPermissions.DefaultBudgets).Verbs, asked);
    }

    /// <summary>A replica, and beside <c>web</c> with its one pod the Deployment <c>api</c> of three.</summary>
    private static Task<AuditedReplicas> StartAsync(string policy, Action<TestApiServer>? prepare = null) => AuditedReplicas.StartAsync(
        prepare: server =>
        {
            server.Seed(AuditedReplicas.Workload("api", 3));
            prepare?.Invoke(server);
        },
        policy: policy);

    [SuppressMessage("Reliability", "CA2000", Justification = "The meters and the client end with the test.")]
    private static DefaultBudgetWriter WriterOf(TestApiServer server)
    {
        var file = System.IO.Path.GetTempFileName();
        File.WriteAllText(file, server.Kubeconfig());
        var connection = KubeConfig.Load(file, null, _ => null);
        File.Delete(file);
        var (meters, options) = (new Metering(), new ServingOptions { Audit = AuditedReplicas.Often });
        return new(
            new PatientClient(connection, options, TimeProvider.System, meters),
            new(AuditedReplicas.Namespace, "ha-webhook", "ha-webhook-ca", "ha-webhook"),
            new(meters, options, TimeProvider.System),
            TimeProvider.System,
            NullLogger<DefaultBudgetWriter>.Instance);
    }

    private static Task SaidAsync(AuditedReplicas cluster, string words) =>
        cluster.UntilAsync(() => cluster.Log.Contains(words, StringComparison.Ordinal), $"it is said: {words}");

    private static async Task<JsonObject> OnlyAsync(AuditedReplicas cluster)
    {
        IReadOnlyList<JsonObject> budgets = [];
        await cluster.UntilAsync(async () => (budgets = await cluster.ListAsync(Path)).Count > 0, "there is a budget");
        return Assert.Single(budgets);
    }

    private static async Task ScaleAsync(AuditedReplicas cluster, int replicas)
    {
        using var client = cluster.ApiServer.CreateClient();
        var patch = $$"""{"spec":{"replicas":{{replicas}}} }""";
        var answer = await LivingCluster.SendAsync(client, "PATCH", "/apis/apps/v1/namespaces/shop/deployments/api", patch, "application/merge-patch+json");
        Assert.Equal(200, answer.Status);
    }

    private static Task UntilAsync(AuditedReplicas cluster, params string[] names) =>
        cluster.UntilAsync(async () => (await NamesAsync(cluster)).SequenceEqual(names), $"the budgets are: {string.Join(", ", names)}");

    private static async Task<IEnumerable<string>> NamesAsync(AuditedReplicas cluster) =>
        (await cluster.ListAsync(Path)).Select(budget => Text(budget["metadata"]!["name"])!);

    private static async Task<double> FigureAsync(AuditedReplicas cluster, string name) => (await cluster.MetricsAsync()).Values.GetValueOrDefault(name, -1);

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
