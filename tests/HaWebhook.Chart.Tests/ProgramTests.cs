using System.Text.RegularExpressions;
using HaWebhook.Commands;
using HaWebhook.Serving;
using HaWebhook.Telemetry;

namespace HaWebhook.Chart.Tests;

/// <summary>The chart and the program know each other: its arguments, and the metrics that alerts and dashboard name.</summary>
public class ProgramTests
{
    public static TheoryData<string> Values => new(
        from certificates in (string[])["selfManaged", "certManager", "existingSecret"]
        from more in (string[])["", "\nmaxReviews: 64\nmaxReviewBytes: 96Mi\nselfCheck: {enabled: false}\nlogFormat: json", "\nlogFormat: text\naudit: {interval: 999m, reports: none, events: true}", "\naudit: {interval: 0}"]
        select Render.Everything(certificates) + more);

    [Theory]
    [MemberData(nameof(Values))]
    public async Task The_program_takes_the_arguments(string values)
    {
        var render = await Render.WithAsync(values);

        Assert.Equal("serve", render.Arguments[0]);
        Assert.Empty(ServeCommand.Create().Parse([.. render.Arguments.Skip(1)]).Errors.Select(error => error.Message));
        var uninstall = render.One("Job", "ha-webhook-uninstall").Texts("spec/template/spec/containers/0/args");
        Assert.Equal("uninstall", uninstall[0]);
        Assert.Empty(UninstallCommand.Create().Parse([.. uninstall.Skip(1)]).Errors.Select(error => error.Message));
        var verify = render.One("Pod", "ha-webhook-test").Texts("spec/containers/0/args");
        Assert.Equal("verify", verify[0]);
        Assert.Empty(VerifyCommand.Create().Parse([.. verify.Skip(1)]).Errors.Select(error => error.Message));
    }

    [Fact]
    public async Task A_pod_is_given_the_time_that_the_program_may_take_to_end()
    {
        var options = new ServingOptions();
        var deployment = (await Render.WithAsync()).One("Deployment", "ha-webhook");

        Assert.Equal($"{(options.DrainTime + options.LongestEnd).TotalSeconds}", deployment.Text("spec/template/spec/terminationGracePeriodSeconds"));
    }

    /// <summary>A histogram is named by its parts, too; what begins with apiserver_ is not ours.</summary>
    [Fact]
    public void The_program_measures_what_alerts_dashboard_and_pages_name()
    {
        var known = MetricCatalogue.All
            .SelectMany(metric => metric.Type == "histogram" ? [metric.Name, $"{metric.Name}_bucket", $"{metric.Name}_sum", $"{metric.Name}_count"] : (string[])[metric.Name])
            .ToHashSet(StringComparer.Ordinal);
        string[] files =
        [
            "charts/ha-webhook/files/alerts.yaml", "charts/ha-webhook/files/dashboard.json", "charts/ha-webhook/values.yaml", "charts/ha-webhook/README.md",
            "charts/ha-webhook/templates/NOTES.txt", "tests/HaWebhook.Chart.Tests/alerts.test.yaml", "README.md",
            .. Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md").Select(file => Path.GetRelativePath(Repository.Root, file)),
        ];
        var named = (from file in files
                     from Match match in Regex.Matches(Repository.Read(file), @"\bha_webhook_[a-z0-9_]*[a-z0-9]\b(?!_?\*)")
                     select (file, match.Value)).Distinct().ToList();

        Assert.True(named.Count > 60);
        Assert.All(named, each => Assert.Contains(each.Value, known));
        Assert.Empty(DashboardTests.Names([Repository.Read("charts/ha-webhook/files/alerts.yaml")])
            .Where(name => name.StartsWith("ha_webhook_", StringComparison.Ordinal)).Except(MetricCatalogue.All.Select(metric => metric.Name)));
    }
}
