using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HaWebhook.Chart.Tests;

/// <summary>Alerts fire when they should and not before, by Prometheus' own judgement; each leads to a runbook.</summary>
public class AlertTests
{
    private const string Runbooks = "https://wiki.example.com/ha";

    [Fact]
    public async Task Prometheus_accepts_them_and_they_fire_as_the_tests_say()
    {
        var folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "alerts.yaml"), new JsonObject { ["groups"] = (await RuleAsync()).At("spec/groups")!.DeepClone() }.ToJsonString());
            File.WriteAllText(
                Path.Combine(folder, "alerts.test.yaml"),
                Repository.Read("tests/HaWebhook.Chart.Tests/alerts.test.yaml").Replace("docs/runbooks.md", Runbooks, StringComparison.Ordinal));

            var check = await Tool.Promtool.RunAsync("check", "rules", "--lint=all", "--lint-fatal", Path.Combine(folder, "alerts.yaml"));
            var test = await Tool.Promtool.RunAsync("test", "rules", Path.Combine(folder, "alerts.test.yaml"));

            Assert.True(check.ExitCode == 0, check.Output + check.Errors);
            Assert.True(test.ExitCode == 0, test.Output + test.Errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Each_is_tested_fires_and_has_a_runbook()
    {
        var runbooks = Repository.Read("docs/runbooks.md");
        var tests = Yaml.Read(Repository.Read("tests/HaWebhook.Chart.Tests/alerts.test.yaml")).Items("tests").SelectMany(test => test.Items("alert_rule_test")).ToList();

        Assert.All((await RuleAsync()).At("spec/groups").Items("0/rules"), rule =>
        {
            var name = rule.Text("alert");
            Assert.Equal($"{Runbooks}#{name.ToLowerInvariant()}", rule.Text("annotations/runbook_url"));
            Assert.Contains($"\n## {name}\n", runbooks, StringComparison.Ordinal);
            Assert.Contains(rule.Text("labels/severity"), (string[])["critical", "warning", "info"]);
            Assert.Contains(tests, test => test.Text("alertname") == name && test.Items("exp_alerts").Count > 0);
            Assert.Contains(tests, test => test.Text("alertname") == name && test.Items("exp_alerts").Count == 0);
        });
    }

    [Fact]
    public async Task No_runbook_is_of_no_alert()
    {
        var alerts = (await RuleAsync()).At("spec/groups").Items("0/rules").Select(rule => rule.Text("alert"));

        Assert.Equal(
            alerts.Order(StringComparer.Ordinal),
            Regex.Matches(Repository.Read("docs/runbooks.md"), "^## (HaWebhook.*)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Values_reach_them()
    {
        var rule = (await Render.WithAsync(
            """
            replicaCount: 1
            prometheusRule: {enabled: true, runbookUrl: "https://wiki.example.com/ha", additionalLabels: {release: prometheus}, extraGroups: [{name: mine, rules: []}]}
            """, namespaceName: "guard", release: "blue")).One("PrometheusRule");

        var missing = Assert.Single(rule.At("spec/groups").Items("0/rules"), each => each.Text("alert") == "HaWebhookReplicasMissing");
        Assert.StartsWith("sum(ha_webhook_ready{job=\"blue-ha-webhook-metrics\", namespace=\"guard\"}) < 1", missing.Text("expr"), StringComparison.Ordinal);
        Assert.Equal("https://wiki.example.com/ha#hawebhookreplicasmissing", missing.Text("annotations/runbook_url"));
        Assert.Equal("prometheus", rule.Text("metadata/labels/release"));
        Assert.Equal("mine", rule.Text("spec/groups/1/name"));
        Assert.DoesNotMatch("METRICS_JOB|RELEASE_NAMESPACE|ENOUGH_REPLICAS|RUNBOOKS", rule.ToJsonString());
    }

    [Fact]
    public async Task Without_an_address_of_runbooks_there_are_no_links_and_nothing_else_is_less()
    {
        var rules = (await Render.WithAsync("prometheusRule: {enabled: true}")).One("PrometheusRule").At("spec/groups").Items("0/rules");
        var linked = (await RuleAsync()).At("spec/groups").Items("0/rules").Select(rule => rule!.DeepClone().AsObject()).ToList();
        linked.ForEach(rule => Assert.True(rule["annotations"]!.AsObject().Remove("runbook_url")));

        Assert.Equal(linked.Select(rule => rule.ToJsonString()), rules.Select(rule => rule!.ToJsonString()));
    }

    internal static async Task<JsonObject> RuleAsync() =>
        (await Render.WithAsync($"prometheusRule: {{enabled: true, runbookUrl: \"{Runbooks}\"}}")).One("PrometheusRule");
}
