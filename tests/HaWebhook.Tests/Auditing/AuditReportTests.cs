using System.Text.Json;
using HaWebhook.Policy.Configuration;
using HaWebhook.Tests.Cluster;

namespace HaWebhook.Tests.Auditing;

public sealed class AuditReportTests
{
    [Fact]
    public async Task The_text_says_what_goes_down_first_and_fits_100_columns()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.Seed(Manifests.Deployment("single", 1));

        var text = AuditedCluster.Write("text", await cluster.AuditAsync(Mode.Enforce));

        string[] parts =
        [
            "When a zone goes down\n  zone-a (2 nodes, 3 pods): 1 down, 0 degraded\n    down     Deployment shop/web\n  zone-b (1 node, 0 pods): everything survives\n",
            "When a node goes down\n  a1 (zone zone-a, 3 pods): 1 down, 0 degraded\n    down     Deployment shop/web\n  2 of 3 nodes can be lost without harm.\n",
            "Drains\n  blocked        a1: namespace shop: PodDisruptionBudget web lets no pod go even when all of them\n                 are ready.\n",
            "  Nothing holds up the drain of 2 of 3 nodes.\n",
            "Namespace shop: ",
            "  Deployment web: 3 of 3 ready, needs 1, team checkout\n",
            "    node     down: All its 3 ready pods are on node a1.\n",
            "    WARN     placement: pods are all on node a1 (3 of 3 ready); some must be on another node\n",
            "    DOWN NOW None of 1 pod is ready now, so that it is down already.\n",
            "  team (team)   objects   refused   warned\n  checkout ",
            "  REFUSED  Deployment shop/single: minimum-replicas: spec.replicas is 1; must be at least 2\n",
        ];
        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Equal(parts.Select(part => text.IndexOf(part, StringComparison.Ordinal)).Where((_, index) => index < 5).Order(), parts.Take(5).Select(part => text.IndexOf(part, StringComparison.Ordinal)));
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public async Task The_text_tells_what_is_missing_before_all_else()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.ApiServer.Faults.Forbid("list", "pods");

        var report = await cluster.AuditAsync();
        var text = AuditedCluster.Write("text", report);

        Assert.Contains("\n\nPARTIAL  pods: Cannot list pods: ", text, StringComparison.Ordinal);
        Assert.EndsWith(", partial\n", text, StringComparison.Ordinal);
        Assert.True(AuditedCluster.Json(report).GetProperty("partial").GetBoolean());
    }

    [Fact]
    public async Task The_JSON_keeps_the_contract_of_check_and_adds_what_survives()
    {
        await using var cluster = await AuditedCluster.StartAsync();
        cluster.Seed(Manifests.Deployment("single", 1));

        var json = AuditedCluster.Json(await cluster.AuditAsync(Mode.Enforce));

        Assert.Equal(
            [
                "source", "time", "policy", "mode", "teamLabel", "partial", "gaps", "findings", "changes", "errors", "skipped", "workloads", "nodes", "zones",
                "switchedOff", "exemptions", "preview", "summary",
            ],
            json.EnumerateObject().Select(member => member.Name));
        var finding = json.GetProperty("findings").EnumerateArray().Single(each => each.GetProperty("rule").GetString() == "minimum-replicas");
        Assert.Equal(
            ["rule", "action", "apiVersion", "kind", "namespace", "name", "field", "message", "fix", "file", "line"],
            finding.EnumerateObject().Select(member => member.Name));
        var web = json.GetProperty("workloads").EnumerateArray().Single(each => each.GetProperty("name").GetString() == "web");
        Assert.Equal("Down", web.GetProperty("nodeLoss").GetProperty("outcome").GetString());
        Assert.Equal("Blocked", Assert.Single(web.GetProperty("obstacles").EnumerateArray()).GetProperty("state").GetString());
        Assert.Equal(1, json.GetProperty("summary").GetProperty("survival").GetProperty("zoneLoss").GetProperty("down").GetInt32());
        Assert.Equal(1, json.GetProperty("summary").GetProperty("blockedDrains").GetInt32());
        Assert.Equal(1, json.GetProperty("preview").GetProperty("byTeam")[0].GetProperty("refused").GetInt32());
    }

    [Fact]
    public async Task In_SARIF_what_stands_in_a_cluster_has_no_file()
    {
        await using var cluster = await AuditedCluster.StartAsync();

        using var sarif = JsonDocument.Parse(AuditedCluster.Write("sarif", await cluster.AuditAsync()));
        var run = sarif.RootElement.GetProperty("runs")[0];

        var result = run.GetProperty("results").EnumerateArray().Single(each => each.GetProperty("ruleId").GetString() == "placement");
        var location = result.GetProperty("locations")[0];
        Assert.False(location.TryGetProperty("physicalLocation", out _));
        Assert.Equal("apps/v1/Deployment/shop/web", location.GetProperty("logicalLocations")[0].GetProperty("fullyQualifiedName").GetString());
        Assert.Equal("placement", run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
        Assert.True(run.GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean());
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("sarif")]
    public async Task The_same_cluster_gives_the_same_bytes(string format)
    {
        await using var cluster = await AuditedCluster.StartAsync();

        Assert.Equal(AuditedCluster.Write(format, await cluster.AuditAsync(Mode.Enforce)), AuditedCluster.Write(format, await cluster.AuditAsync(Mode.Enforce)));
    }
}
