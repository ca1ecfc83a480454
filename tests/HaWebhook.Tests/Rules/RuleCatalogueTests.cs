using System.Text.Json;
using System.Text.RegularExpressions;
using HaWebhook.Commands;
using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Tests.Rules;

/// <summary>Whoever adds a rule is told here what else it needs.</summary>
public partial class RuleCatalogueTests
{
    private static readonly string[] _all = [.. BuiltInRules.All.Select(rule => rule.Id)];

    public static TheoryData<string> All => [.. _all];

    public static TheoryData<string> Validating => [.. BuiltInRules.Validating.Select(rule => rule.Id)];

    public static TheoryData<string> Mutating => [.. BuiltInRules.Mutating.Select(rule => rule.Id)];

    /// <summary>Those that reviews and manifests meet. The others have no verdict that a fixture could hold.</summary>
    private static IEnumerable<string> OfReviews => BuiltInRules.All.Except(BuiltInRules.Background).Select(rule => rule.Id);

    [Fact]
    public void Every_rule_has_a_folder_of_fixtures_and_every_folder_a_rule()
    {
        var folders = RuleFixture.Files.Select(file => file.Split('/')[0]).Distinct();

        Assert.Equal(OfReviews.Order(StringComparer.Ordinal), folders);
    }

    [Theory]
    [MemberData(nameof(Validating))]
    public void A_rule_that_judges_is_shown_allowing_and_denying(string id)
    {
        Assert.Contains(RuleFixture.ThatExpect("allow"), fixture => fixture.Rule == id);
        Assert.Contains(RuleFixture.ThatExpect("deny"), fixture => fixture.Rule == id);
        Assert.DoesNotContain(RuleFixture.ThatExpect("mutate").Concat(RuleFixture.ThatExpect("keep")), fixture => fixture.Rule == id);
    }

    [Theory]
    [MemberData(nameof(Mutating))]
    public void A_rule_that_fills_in_is_shown_mutating_and_keeping(string id)
    {
        Assert.Contains(RuleFixture.ThatExpect("mutate"), fixture => fixture.Rule == id);
        Assert.Contains(RuleFixture.ThatExpect("keep"), fixture => fixture.Rule == id);
        Assert.DoesNotContain(RuleFixture.ThatExpect("allow").Concat(RuleFixture.ThatExpect("deny")).Concat(RuleFixture.ThatExpect("skip")), fixture => fixture.Rule == id);
    }

    [Fact]
    public void No_two_rules_share_an_id() => Assert.Distinct(_all);

    [Theory]
    [MemberData(nameof(All))]
    public void An_id_is_in_kebab_case_and_holds_no_number(string id) => Assert.Matches("^[a-z]+(-[a-z]+)*$", id);

    [Theory]
    [InlineData("Validating")]
    [InlineData("Mutating")]
    [InlineData("Background")]
    public void Every_rule_is_a_file_named_like_it_and_every_file_a_rule(string folder)
    {
        var files = Directory.EnumerateFiles(SourceTree.PathOf("src", "HaWebhook.Policy", "Rules", folder), "*.cs")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name != "FillIn")
            .Select(name => InnerCapital().Replace(name, "-$0").ToLowerInvariant());
        IEnumerable<RuleDefinition> rules = folder switch
        {
            "Validating" => BuiltInRules.Validating,
            "Mutating" => BuiltInRules.Mutating,
            _ => BuiltInRules.Background,
        };

        Assert.Equal(rules.Select(rule => rule.Id).Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_rule_says_what_it_requires_and_why_and_of_whom(string id)
    {
        var rule = BuiltInRules.Find(id)!;
        string[] texts = [rule.Summary, rule.Why, rule.Judges, .. rule.Reads, .. rule.Parameters.Select(parameter => parameter.Description)];

        Assert.NotEmpty(rule.Reads);
        Assert.All(texts, text => Assert.Equal(text.Trim(), text));
        Assert.All(texts, text => Assert.NotEqual("", text));
        Assert.All([rule.Summary, rule.Why, rule.Judges], text => Assert.EndsWith(".", text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_rules_example_is_yaml(string id)
    {
        var document = Assert.Single(ManifestReader.Read(BuiltInRules.Find(id)!.Example));

        Assert.Null(document.Error);
        Assert.IsType<MappingNode>(document.Root);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_rule_can_be_explained(string id)
    {
        var rule = BuiltInRules.Find(id)!;
        var text = RuleText.Of(rule);

        Assert.StartsWith($"{id}: {rule.Summary}\n", text, StringComparison.Ordinal);
        Assert.All([rule.Why, rule.Judges, .. rule.Reads], part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.All(rule.Parameters, parameter => Assert.Contains($"{parameter.Name}: {parameter.DefaultText}  (", text, StringComparison.Ordinal));
        Assert.All(rule.Example.TrimEnd('\n').Split('\n'), line => Assert.Contains($"  {line}\n", text, StringComparison.Ordinal));
    }

    [Fact]
    public void The_readme_lists_exactly_the_rules_in_their_order()
    {
        var rows = File.ReadAllLines(SourceTree.PathOf("README.md"))
            .SkipWhile(line => !line.StartsWith("| rule |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'));

        Assert.Equal(_all, rows.Select(row => FirstCode().Match(row).Groups[1].Value));
    }

    [Fact]
    public void The_sample_policy_has_exactly_the_rules_each_with_exactly_its_parameters()
    {
        var document = Assert.Single(ManifestReader.Read(File.ReadAllText(SourceTree.PathOf("samples", "policy.yaml"))));
        var rules = Mapping(Mapping(document.Root), "rules");

        Assert.Equal(_all, Keys(rules));
        Assert.All(BuiltInRules.All, rule => Assert.Equal(
            [rule is ValidatingRuleDefinition ? "action" : "enabled", .. rule.Parameters.Select(parameter => parameter.Name)],
            Keys(Mapping(rules, rule.Id))));
    }

    [Fact]
    public void The_policy_schema_has_exactly_the_rules_each_with_exactly_its_keys()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(SourceTree.PathOf("docs", "policy.schema.json")));
        var rules = Properties(Properties(schema.RootElement).GetProperty("rules"));

        Assert.Equal(_all, rules.EnumerateObject().Select(rule => rule.Name));
        Assert.All(BuiltInRules.All, rule => Assert.Equal(
            rule.Keys.Select(key => key.Name),
            Properties(rules.GetProperty(rule.Id)).EnumerateObject().Select(key => key.Name)));
    }

    [Fact]
    public void The_page_of_rules_has_a_section_for_exactly_the_rules()
    {
        var sections = File.ReadAllLines(SourceTree.PathOf("docs", "rules.md")).Where(line => line.StartsWith("### ", StringComparison.Ordinal));

        Assert.Equal(_all, sections.Select(line => line["### ".Length..]));
    }

    private static JsonElement Properties(JsonElement schema) => schema.GetProperty("properties");

    private static MappingNode Mapping(ManifestNode? node) => Assert.IsType<MappingNode>(node);

    private static MappingNode Mapping(MappingNode node, string key) => Mapping(node.TryGet(key, out var value) ? value : null);

    private static IEnumerable<string> Keys(MappingNode node) => node.Entries.Select(entry => entry.Key);

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex InnerCapital();

    /// <summary>The code in the first column of a row of a Markdown table.</summary>
    [GeneratedRegex(@"^\|[^|`]*`([^`]+)`[^|`]*\|")]
    private static partial Regex FirstCode();
}
