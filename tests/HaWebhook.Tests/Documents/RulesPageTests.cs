using HaWebhook.Documents;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Tests.Documents;

public class RulesPageTests
{
    private static readonly string[] _lines = RulesPage.Write().Split('\n');

    public static TheoryData<string> All => [.. BuiltInRules.All.Select(rule => rule.Id)];

    [Fact]
    public void It_lists_exactly_the_rules_in_their_order_each_linked_to_its_section()
    {
        var rows = _lines.SkipWhile(line => !line.StartsWith("| rule |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));

        Assert.Equal(
            BuiltInRules.All.Select(rule => $"| [{rule.Id}](#{rule.Id}) | {Markdown.Plain(rule.Summary)} |"),
            rows.Select(row => row[..(row[..^1].LastIndexOf('|') + 1)]));
        Assert.Equal(
            BuiltInRules.All.Select(rule => rule.Id),
            _lines.Where(line => line.StartsWith("### ", StringComparison.Ordinal)).Select(line => line["### ".Length..]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_section_says_all_that_the_rule_says_of_itself(string id)
    {
        var rule = BuiltInRules.Find(id)!;
        var section = string.Join('\n', _lines.SkipWhile(line => line != $"### {id}").Skip(1).TakeWhile(line => !line.StartsWith('#')));

        Assert.All(
            [rule.Summary, rule.Why, rule.Judges, .. rule.Reads.Select(field => field.Split(": ", 2)[^1])],
            text => Assert.Contains(Markdown.Plain(text), section, StringComparison.Ordinal));
        Assert.All(
            rule.Keys,
            key => Assert.Contains(
                $"\n| `{key.Name}` | `{key.DefaultText}` | {Markdown.Plain(key.Accepts)} | {Markdown.Plain(key.Description)} |\n",
                section,
                StringComparison.Ordinal));
        Assert.Contains($"```yaml\n{rule.Example.TrimEnd('\n')}\n```", section, StringComparison.Ordinal);
        Assert.Contains($"ha-webhook.io/exempt: {id}\n", section, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RelatedKinds.Claims, "PersistentVolumeClaims of its namespace")]
    [InlineData(RelatedKinds.Autoscalers, "HorizontalPodAutoscalers and ScaledObjects of its namespace")]
    [InlineData(
        RelatedKinds.All,
        "HorizontalPodAutoscalers, ScaledObjects, PodDisruptionBudgets, PersistentVolumeClaims and everything that has pods of its namespace")]
    public void Related_objects_are_put_into_words(RelatedKinds kinds, string words) => Assert.Equal(words, RelatedKindNames.Of(kinds));

    [Fact]
    public void Exactly_the_rules_that_look_at_related_objects_say_so() =>
        Assert.Equal(
            BuiltInRules.Validating.Where(rule => rule.Uses != RelatedKinds.None).Select(rule => $"**Looks also at** {RelatedKindNames.Of(rule.Uses)}."),
            _lines.Where(line => line.StartsWith("**Looks also at**", StringComparison.Ordinal)));

    [Fact]
    public void Only_fields_are_set_as_code_where_a_rule_says_what_it_reads() =>
        Assert.All(["the", "where", "a"], word => Assert.DoesNotContain(_lines, line => line.Contains($"`{word}`", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(All))]
    public void Every_row_of_a_table_has_as_many_cells_as_its_heading(string id)
    {
        var table = _lines.SkipWhile(line => line != $"### {id}").SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'));

        Assert.All(table, row => Assert.Equal(5, row.Replace("\\|", "", StringComparison.Ordinal).Count(character => character == '|')));
    }

    [Theory]
    [InlineData("plain: words[], _and_ \"more\"", "plain: words[], _and_ \"more\"")]
    [InlineData("a | b <why> *c* `d` \\", "a \\| b \\<why> \\*c\\* \\`d\\` \\\\")]
    public void Text_is_shown_as_it_is(string text, string markdown) => Assert.Equal(markdown, Markdown.Plain(text));
}
