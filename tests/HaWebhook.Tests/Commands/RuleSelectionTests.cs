using HaWebhook.Tests.Reports;

namespace HaWebhook.Tests.Commands;

public class RuleSelectionTests
{
    private static readonly string _input =
        $"{Checks.OneReplica()}---\n{Checks.NeverReady().Replace("image: nginx:1.27", "ports: [{containerPort: 80}]", StringComparison.Ordinal)}";

    [Theory]
    [InlineData("", "minimum-replicas default-probes default-topology-spread")]
    [InlineData("--rule minimum-replicas", "minimum-replicas")]
    [InlineData("--rule minimum-replicas,default-topology-spread", "minimum-replicas default-topology-spread")]
    [InlineData("--rule minimum-replicas --rule readiness-probe", "minimum-replicas readiness-probe")]
    [InlineData("--exclude-rule minimum-replicas,default-topology-spread", "default-probes topology-spread")]
    [InlineData("--exclude-rule default-probes --exclude-rule default-topology-spread", "minimum-replicas readiness-probe topology-spread")]
    [InlineData("--rule minimum-replicas,readiness-probe --exclude-rule minimum-replicas", "readiness-probe")]
    public async Task A_rule_that_is_not_asked_for_neither_judges_nor_fills_in(string arguments, string expected)
    {
        var result = await Cli.RunWithInputAsync(_input, ["check", "-", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var words = result.Output.Split([' ', '\n', ':', ','], StringSplitOptions.RemoveEmptyEntries);
        string[] rules = ["minimum-replicas", "readiness-probe", "default-probes", "default-topology-spread", "topology-spread"];
        Assert.Equal(
            expected.Split(' ').Order(StringComparer.Ordinal),
            rules
                .Where(rule => words.Zip(words.Skip(1)).Any(pair => pair.First is "DENY" or "WARN" or "by" or "and" && pair.Second == rule))
                .Order(StringComparer.Ordinal));
        Assert.Equal("", result.Errors);
    }

    [Fact]
    public async Task Warnings_about_exemptions_can_be_left_out_too()
    {
        var manifest = Checks.OneReplica("web\n  annotations: {ha-webhook.io/exempt: minimum-replicas}");
        Assert.Contains("WARN   exemptions: ", (await Cli.RunWithInputAsync(manifest, "check", "-")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("exemptions: ", (await Cli.RunWithInputAsync(manifest, "check", "-", "--exclude-rule", "exemptions")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_that_the_policy_has_off_finds_nothing_and_that_is_told()
    {
        var policy = Path.GetTempFileName();
        try
        {
            File.WriteAllText(policy, "rules: {minimum-replicas: {action: Off}}\n");
            var result = await Cli.RunWithInputAsync(_input, "check", "-", "--policy", policy, "--rule", "minimum-replicas");
            Assert.Equal((0, "ha-webhook: minimum-replicas is off in the policy, so that --rule minimum-replicas finds nothing\n"), (result.ExitCode, result.Errors));
        }
        finally
        {
            File.Delete(policy);
        }
    }
}
