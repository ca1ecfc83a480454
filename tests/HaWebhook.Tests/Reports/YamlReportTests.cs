using System.Text.Json.Nodes;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Tests.Reports;

public class YamlReportTests
{
    [Fact]
    public void It_says_what_the_JSON_says()
    {
        var result = Checks.Of(
            ("a.yaml", $"{Checks.OneReplica(Checks.HostileName)}---\n{Checks.NeverReady("\"yes\"")}---\nkey: value\n---\na: [\n"),
            ("b: #1.yaml", Checks.NeverReady().Replace("image: nginx:1.27", "ports: [{containerPort: 80}]", StringComparison.Ordinal)));
        var yaml = Checks.Write("yaml", result);
        var document = Assert.Single(ManifestReader.Read(yaml));
        Assert.Null(document.Error);
        var expected = JsonNode.Parse(Checks.Write("json", result));
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(ManifestJson.ToJson(document.Root!))), yaml);
        Assert.NotEmpty(expected!["changes"]!.AsArray());
    }

    [Fact]
    public void Nothing_found_is_empty_lists() =>
        Assert.StartsWith("findings: []\nchanges: []\nerrors: []\nskipped: []\nsummary:\n  objects: 0\n", Checks.Write("yaml", Checks.Of()), StringComparison.Ordinal);
}
