namespace HaWebhook.Chart.Tests;

/// <summary>The chart keeps the rules that it installs.</summary>
public class CheckTests
{
    /// <summary>The manifests of the chart itself, by the policy that is the strictest there is.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("autoscaling: {enabled: true}")]
    [InlineData("certificates: {mode: certManager}")]
    [InlineData("topologySpreadConstraints: [{topologyKey: kubernetes.io/hostname, maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app.kubernetes.io/name: ha-webhook}}}]")]
    public async Task It_passes_our_own_check_with_no_finding(string values)
    {
        var render = await Render.WithAsync(values);

        var result = await CheckAsync(render.Text, "check", "-", "--fail-on", "audit", "-o", "json");

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        var report = System.Text.Json.Nodes.JsonNode.Parse(result.Output);
        Assert.Empty(report.Items("findings"));
        Assert.Empty(report.Items("changes"));
        Assert.Empty(report.Items("errors"));
    }

    [Fact]
    public async Task The_check_sees_what_values_spoil()
    {
        var render = await Render.WithAsync("replicaCount: 1\npodDisruptionBudget: {enabled: false}");

        var result = await CheckAsync(render.Text, "check", "-", "-o", "json");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("minimum-replicas", result.Output, StringComparison.Ordinal);
    }

    internal static Task<ToolResult> CheckAsync(string input, params string[] arguments) =>
        Tool.RunAsync("dotnet", [typeof(Program).Assembly.Location, .. arguments], Repository.Root, input);
}
