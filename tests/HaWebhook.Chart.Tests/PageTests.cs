using System.Text.RegularExpressions;

namespace HaWebhook.Chart.Tests;

/// <summary>The pages for operators speak of what there is.</summary>
public class PageTests
{
    public static TheoryData<string> Pages => new(
        "docs/install.md", "docs/rollout.md", "docs/operations.md", "docs/threat-model.md", "docs/runbooks.md", "docs/image.md", "charts/ha-webhook/README.md", "certs/README.md");

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_somewhere(string page)
    {
        var text = Repository.Read(page);

        Assert.All(
            Regex.Matches(text, @"\]\(([^)]+)\)").Select(match => match.Groups[1].Value).Where(link => !link.StartsWith("https://", StringComparison.Ordinal)),
            link =>
            {
                var (file, fragment) = link.Split('#') is [var path, var heading] ? (path, heading) : (link, "");
                var target = file.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, file);
                Assert.True(Path.Exists(Repository.PathOf(target)), link);
                Assert.Contains(
                    fragment,
                    Regex.Matches("\n# \n" + Repository.Read(target), "^#+ *(.*)$", RegexOptions.Multiline)
                        .Select(match => Regex.Replace(match.Groups[1].Value.ToLowerInvariant().Replace(' ', '-'), "[^a-z0-9-]", "")));
            });
    }

    [Fact]
    public void Each_test_of_the_threat_model_is_one()
    {
        var classes = Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var named = Regex.Matches(Repository.Read("docs/threat-model.md"), "`([A-Za-z]+Tests)`").Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, classes));
    }

    [Fact]
    public void The_threat_model_answers_all_eighteen() => Assert.Equal(
        Enumerable.Range(1, 18).Select(number => $"{number}"),
        Regex.Matches(Repository.Read("docs/threat-model.md"), @"^\| (\d+)\. ", RegexOptions.Multiline).Select(match => match.Groups[1].Value));

    [Fact]
    public void The_README_of_the_chart_tells_of_every_value()
    {
        var values = Yaml.Read(Repository.Read("charts/ha-webhook/values.yaml")).Select(value => value.Key);
        var told = Regex.Matches(Repository.Read("charts/ha-webhook/README.md"), @"^\| (`.*?) \|", RegexOptions.Multiline)
            .SelectMany(row => row.Groups[1].Value.Split(", ")).Select(name => name.Trim('`'));

        Assert.Equal(values.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    /// <summary>Values in code spans with a dot, and options of commands that set them.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Values_that_are_named_exist(string page)
    {
        var schema = System.Text.Json.Nodes.JsonNode.Parse(Repository.Read("charts/ha-webhook/values.schema.json"))!;
        var levels = schema["properties"]!.AsObject().Select(property => property.Key).ToHashSet(StringComparer.Ordinal);
        var text = Repository.Read(page);
        var named = Regex.Matches(text, "`([A-Za-z]+)((?:\\.[A-Za-z]+)+)[`:]").Select(match => match.Groups[1].Value + match.Groups[2].Value)
            .Concat(Regex.Matches(text, "--set ([A-Za-z.]+)=").Select(match => match.Groups[1].Value))
            .Where(path => levels.Contains(path.Split('.')[0]))
            .Where(path => !path.StartsWith("policy.rules.", StringComparison.Ordinal) && !path.StartsWith("resources.", StringComparison.Ordinal));

        Assert.All(named, path => Assert.True(schema.At("properties/" + path.Replace(".", "/properties/", StringComparison.Ordinal)) is not null, path));
    }
}
