using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HaWebhook.Chart.Tests;

/// <summary>The dashboard is one that Grafana reads and that Prometheus can answer.</summary>
public class DashboardTests
{
    private static readonly JsonObject _dashboard = JsonNode.Parse(Repository.Read("charts/ha-webhook/files/dashboard.json"))!.AsObject();

    [Fact]
    public async Task The_ConfigMap_holds_it_with_the_label_that_Grafana_looks_for()
    {
        var map = (await Render.WithAsync("grafanaDashboard: {enabled: true, namespace: monitoring, annotations: {folder: platform}}")).One("ConfigMap", "ha-webhook-dashboard");

        Assert.Equal("1", map.Text("metadata/labels/grafana_dashboard"));
        Assert.Equal("platform", map.Text("metadata/annotations/folder"));
        Assert.Equal("monitoring", map.Text("metadata/namespace"));
        Assert.True(JsonNode.DeepEquals(_dashboard, JsonNode.Parse(map["data"]!["ha-webhook.json"]!.ToString())));
    }

    /// <summary>What Grafana's schema of a dashboard requires (grafana/kinds, dashboard_kind.cue), and what makes a panel show anything.</summary>
    [Fact]
    public void Grafana_can_read_it()
    {
        var panels = _dashboard.Items("panels").Select(panel => panel!.AsObject()).ToList();

        Assert.True((int)_dashboard["schemaVersion"]! >= 36);
        Assert.Equal("HaWebhook", _dashboard.Text("title"));
        Assert.Matches("^[a-zA-Z0-9_-]{1,40}$", _dashboard.Text("uid"));
        Assert.Equal(panels.Count, panels.Select(panel => panel.Text("id")).Distinct().Count());
        Assert.All(panels, panel =>
        {
            Assert.Contains(panel.Text("type"), (string[])["row", "timeseries", "stat", "table"]);
            Assert.False(string.IsNullOrEmpty(panel.Text("title")));
            var (x, w) = ((int)panel["gridPos"]!["x"]!, (int)panel["gridPos"]!["w"]!);
            Assert.InRange(x + w, 1, 24);
        });
        Assert.All(panels.Where(panel => panel.Text("type") != "row"), panel =>
        {
            Assert.Equal("${datasource}", panel.Text("datasource/uid"));
            Assert.NotEmpty(panel.Items("targets"));
            Assert.Equal(panel.Items("targets").Count, panel.Items("targets").Select(target => target.Text("refId")).Distinct().Count());
        });
        Assert.Equal(["datasource", "namespace", "job"], _dashboard.Items("templating/list").Select(variable => variable.Text("name")));
    }

    [Fact]
    public void No_panel_lies_on_another()
    {
        var taken = new HashSet<(int X, int Y)>();
        foreach (var panel in _dashboard.Items("panels"))
        {
            var (x, y, w, h) = ((int)panel!["gridPos"]!["x"]!, (int)panel["gridPos"]!["y"]!, (int)panel["gridPos"]!["w"]!, (int)panel["gridPos"]!["h"]!);
            for (var i = 0; i < w * h; i++)
            {
                Assert.True(taken.Add((x + (i % w), y + (i / w))), panel.Text("title"));
            }
        }
    }

    [Fact]
    public async Task Prometheus_can_answer_every_query()
    {
        var rules = new JsonArray([.. Queries().Select((query, index) => new JsonObject
        {
            ["record"] = $"q{index}",
            ["expr"] = query.Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$", "", StringComparison.Ordinal),
        })]);
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "dashboard", ["rules"] = rules }) }.ToJsonString());

            var check = await Tool.Promtool.RunAsync("check", "rules", file);

            Assert.True(check.ExitCode == 0, check.Output + check.Errors);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void It_shows_each_matter_that_there_is_an_alert_for()
    {
        var shown = Names(Queries());

        // Errors of rules have a panel of their own; what API servers refuse is in their latency.
        Assert.Empty(Names([Repository.Read("charts/ha-webhook/files/alerts.yaml")]).Except(shown).Except(["apiserver_admission_webhook_rejection_count"]));
    }

    internal static IReadOnlyList<string> Queries() =>
        [.. _dashboard.Items("panels").SelectMany(panel => panel.Items("targets")).Select(target => target.Text("expr"))];

    /// <summary>The metrics that queries name; those of a histogram by its own name.</summary>
    internal static IReadOnlySet<string> Names(IEnumerable<string> queries) => queries
        .SelectMany(query => Regex.Matches(query, "(ha_webhook|apiserver)_[a-z_]+[a-z]"))
        .Select(match => Regex.Replace(match.Value, "_bucket$", ""))
        .ToHashSet(StringComparer.Ordinal);
}
