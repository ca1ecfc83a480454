using HaWebhook.Commands;

namespace HaWebhook.Chart.Tests;

/// <summary>The chart and the program know each other: its arguments, and the metrics that alerts and dashboard name.</summary>
public class ProgramTests
{
    public static TheoryData<string> Values => new(
        from certificates in (string[])["selfManaged", "certManager", "existingSecret"]
        from more in (string[])["", "\nmaxReviews: 64\nmaxReviewBytes: 96Mi\nselfCheck: {enabled: false}"]
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
    public void The_program_measures_what_alerts_and_dashboard_name()
    {
        var sources = string.Join('\n', Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var named = DashboardTests.Names([.. DashboardTests.Queries(), Repository.Read("charts/ha-webhook/files/alerts.yaml")])
            .Where(name => name.StartsWith("ha_webhook_", StringComparison.Ordinal))
            .ToList();

        Assert.True(named.Count > 15);
        Assert.All(named, name => Assert.Contains($"\"{name}\"", sources, StringComparison.Ordinal));
    }
}
