using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using HaWebhook.Policy.Rules;
using HaWebhook.Tests.Commands;

namespace HaWebhook.Tests.Reports;

public sealed partial class EveryRuleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_single_points_of_failure_show_every_rule_once_in_every_format()
    {
        var result = await Cli.RunAsync(
            "check", "samples/single-points-of-failure.yaml", "--policy", "samples/policy.yaml", "-o", "text",
            "-o", $"json={_folder}/json", "-o", $"yaml={_folder}/yaml", "-o", $"sarif={_folder}/sarif",
            "-o", $"junit={_folder}/junit", "-o", $"github={_folder}/github");
        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        var expected = BuiltInRules.Validating.Select(rule => rule.Id).ToHashSet();
        AssertSame(expected, Matches(TextFinding(), result.Output));
        AssertSame(expected, RulesOf(JsonElement.Parse(Read("json")).GetProperty("findings"), "rule"));
        AssertSame(expected, Matches(YamlFinding(), Read("yaml").Split("\nchanges:")[0]));
        AssertSame(expected, RulesOf(JsonElement.Parse(Read("sarif")).GetProperty("runs")[0].GetProperty("results"), "ruleId"));
        AssertSame(
            expected,
            XDocument.Parse(Read("junit")).Descendants("testcase")
                .Where(test => test.Element("failure") is not null || test.Element("system-out") is not null)
                .Select(test => test.Attribute("classname")!.Value["ha-webhook.".Length..]));
        AssertSame(expected, Matches(GitHubFinding(), Read("github")));
    }

    private static void AssertSame(HashSet<string> expected, IEnumerable<string> rules) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), rules.Order(StringComparer.Ordinal));

    private static IEnumerable<string> RulesOf(JsonElement list, string property) =>
        list.EnumerateArray().Select(found => found.GetProperty(property).GetString()!);

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    private static IEnumerable<string> Matches(Regex pattern, string text) => pattern.Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex("^  (?:DENY |WARN |AUDIT)  ([a-z-]+): ", RegexOptions.Multiline)]
    private static partial Regex TextFinding();

    [GeneratedRegex("^- rule: ([a-z-]+)$", RegexOptions.Multiline)]
    private static partial Regex YamlFinding();

    [GeneratedRegex("^::(?:error|warning|notice) file=[^,]+,line=[0-9]+,title=([a-z-]+)::", RegexOptions.Multiline)]
    private static partial Regex GitHubFinding();
}
