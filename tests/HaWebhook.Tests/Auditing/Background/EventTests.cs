using System.Text.Json.Nodes;
using HaWebhook.ApiServer;
using HaWebhook.Auditing.Background.Events;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Tests.Cluster;
using HaWebhook.Tests.Telemetry;

namespace HaWebhook.Tests.Auditing.Background;

/// <summary>What the audit tells as Events, and what becomes of denials that nobody sees.</summary>
public sealed class EventTests
{
    private const string Path = "/apis/events.k8s.io/v1/namespaces/shop/events";

    [Fact]
    public async Task Each_finding_is_told_once_also_by_the_replica_that_takes_over()
    {
        await using var cluster = await AuditedReplicas.StartAsync(AuditedReplicas.Often with { Events = true });
        await cluster.UntilAuditedAsync(3);
        var events = await cluster.ListAsync(Path);
        var replicas = Assert.Single(events, told => Text(told["reason"]) == "MinimumReplicas");
        Assert.Equal(
            ("Warning", "Audit", "ha-webhook.io/ha-webhook", "Deployment", "web"),
            (Text(replicas["type"]), Text(replicas["action"]), Text(replicas["reportingController"]), Text(replicas["regarding"]!["kind"]), Text(replicas["regarding"]!["name"])));
        Assert.Contains("spec.replicas is 1", Text(replicas["note"]), StringComparison.Ordinal);
        Assert.Equal(events.Count, events.Select(told => Text(told["reason"])).Distinct().Count());

        // What is only recorded by itself is told in reports and figures.
        Assert.DoesNotContain(events, told => Text(told["reason"]) == "PodDisruptionBudget");

        await cluster.Replicas[0].DrainAsync();
        cluster.ApiServer.Requests.Clear();
        await cluster.AddReplicaAsync();
        await cluster.UntilAuditedAsync(2);
        Assert.DoesNotContain(cluster.ApiServer.Requests.All, request => request is { Verb: "create", Resource: "events" });
        Assert.Equal(events.Count, (await cluster.ListAsync(Path)).Count);
    }

    [Fact]
    public async Task What_a_controller_was_denied_is_told_once_on_what_it_works_for()
    {
        await using var cluster = await EnforcedAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(403, await CreateAsync(cluster, "gitops", AuditedReplicas.Workload("api", 1)));
        }

        IReadOnlyList<JsonObject> told = [];
        await cluster.UntilAsync(async () => (told = await DeniedAsync(cluster)).Count > 0, "it is told");
        var (reason, subject) = (Text(told[0]["reason"]), told[0]["regarding"]!);
        Assert.Equal(("MinimumReplicas", "Deployment", "api"), (reason, Text(subject["kind"]), Text(subject["name"])));
        Assert.Contains("system:serviceaccount:argocd:gitops was denied: create of Deployment shop/api", Text(told[0]["note"]), StringComparison.Ordinal);

        // A second one is told after it, so the first was not told again.
        var owned = JsonNode.Parse(AuditedReplicas.Workload("owned", 1))!;
        owned["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["name"] = "parent",
            ["uid"] = "u-1",
            ["controller"] = true,
        });
        Assert.Equal(403, await CreateAsync(cluster, "gitops", owned.ToJsonString()));
        await cluster.UntilAsync(async () => (told = await DeniedAsync(cluster)).Count > 1, "the second is told");
        Assert.Equal(["api", "parent"], told.Select(each => Text(each["regarding"]!["name"])).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_people_are_denied_and_dry_runs_are_told_nobody_else()
    {
        await using var cluster = await EnforcedAsync();
        Assert.Equal(403, await CreateAsync(cluster, TestApiServer.AdminToken, AuditedReplicas.Workload("mine", 1)));
        Assert.Equal(403, await CreateAsync(cluster, "gitops", AuditedReplicas.Workload("dry", 1), "?dryRun=All"));
        Assert.Equal(403, await CreateAsync(cluster, "gitops", AuditedReplicas.Workload("last", 1)));
        IReadOnlyList<JsonObject> told = [];
        await cluster.UntilAsync(async () => (told = await DeniedAsync(cluster)).Count > 0, "the last is told");
        Assert.Equal("last", Text(Assert.Single(told)["regarding"]!["name"]));
    }

    [Fact]
    public async Task More_denials_than_can_be_told_are_dropped_and_counted()
    {
        using var meters = new HaWebhook.Telemetry.Metering();
        var denied = new DeniedWrites(new(meters, new(), TimeProvider.System));
        var review = new Review
        {
            Operation = Operation.Create,
            Kind = "Deployment",
            Namespace = "shop",
            Name = "api",
            User = new("system:serviceaccount:argocd:gitops", []),
            Subject = new NamespaceObject { ApiVersion = "apps/v1", Kind = "Deployment", Metadata = Metadata.Empty },
        };
        var verdict = new Verdict { Errors = [new("minimum-replicas", new InvalidOperationException())] };
        for (var i = 0; i < 300; i++)
        {
            denied.Take(review, verdict);
        }

        var waiting = 0;
        while (denied.Waiting.TryRead(out var write))
        {
            waiting++;
            Assert.Equal(["minimum-replicas"], write.Rules);
        }

        Assert.Equal(256, waiting);
        Assert.Equal(44, (await Exposition.OfAsync(meters))["""ha_webhook_audit_writes_total{object="event",result="dropped"}"""]);
    }

    private static async Task<AuditedReplicas> EnforcedAsync()
    {
        var cluster = await AuditedReplicas.StartAsync(
            AuditedReplicas.Often with { Events = true }, server => server.AddToken("gitops", HaWebhook.ApiServer.User.ServiceAccount("argocd", "gitops")));
        await File.WriteAllTextAsync(cluster.PolicyFile, "mode: Enforce\n", TestContext.Current.CancellationToken);
        var replica = cluster.Replicas[0];
        await cluster.UntilAsync(() => replica.Log.All.Any(line => line.Contains("mode Enforce", StringComparison.Ordinal)), "the policy is in force");
        await cluster.UntilAuditedAsync(1);
        cluster.ApiServer.AddWebhook(new UriBuilder(replica.Admission) { Host = "localhost" }.Uri, replica.Certificate.ExportCertificatePem());
        return cluster;
    }

    private static async Task<int> CreateAsync(AuditedReplicas cluster, string token, string manifest, string query = "")
    {
        using var client = cluster.ApiServer.CreateClient(token);
        return (await LivingCluster.SendAsync(client, "POST", $"/apis/apps/v1/namespaces/shop/deployments{query}", manifest)).Status;
    }

    private static async Task<IReadOnlyList<JsonObject>> DeniedAsync(AuditedReplicas cluster) =>
        [.. (await cluster.ListAsync(Path)).Where(told => Text(told["action"]) == "Deny")];

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
