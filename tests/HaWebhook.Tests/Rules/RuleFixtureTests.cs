using System.Text;
using System.Text.Json.Nodes;

namespace HaWebhook.Tests.Rules;

public class RuleFixtureTests
{
    public static TheoryData<string, string> Allowed => [.. RuleFixture.ThatExpect("allow")];

    public static TheoryData<string, string> DeniedOrSkipped => [.. RuleFixture.ThatExpect("deny"), .. RuleFixture.ThatExpect("skip")];

    public static TheoryData<string, string> Mutated => [.. RuleFixture.ThatExpect("mutate")];

    public static TheoryData<string, string> Kept => [.. RuleFixture.ThatExpect("keep")];

    [Theory]
    [MemberData(nameof(Allowed))]
    public void What_is_allowed_has_no_finding(string rule, string name)
    {
        var fixture = new RuleFixture(rule, name);

        Assert.Equal("", RuleFixture.Describe(fixture.Judge()));
        Assert.Equal("", RuleFixture.Describe(fixture.JudgeBackwards()));
    }

    [Theory]
    [MemberData(nameof(DeniedOrSkipped))]
    public void What_is_denied_or_skipped_has_exactly_the_findings_beside_it(string rule, string name)
    {
        var fixture = new RuleFixture(rule, name);
        var found = RuleFixture.Describe(fixture.Judge());

        Assert.NotEqual("", found);
        Assert.Equal(name.StartsWith("skip-", StringComparison.Ordinal), found.StartsWith("SKIP ", StringComparison.Ordinal));
        Assert.Equal(found, RuleFixture.Describe(fixture.JudgeBackwards()));
        if (RuleFixture.Updates)
        {
            fixture.Update(".txt", found);
        }
        else
        {
            Assert.Equal(fixture.Expected(".txt"), found);
        }
    }

    [Theory]
    [MemberData(nameof(Mutated))]
    public void What_is_filled_in_is_exactly_the_patch_beside_it(string rule, string name)
    {
        var fixture = new RuleFixture(rule, name);
        var patch = RuleFixture.PatchOf(fixture.Judge());

        Assert.NotEqual("[]", Encoding.UTF8.GetString(patch));
        Assert.Equal(patch, RuleFixture.PatchOf(fixture.JudgeBackwards()));
        if (RuleFixture.Updates)
        {
            fixture.Update(".json", RuleFixture.Pretty(patch));
        }
        else
        {
            var expected = fixture.Expected(".json") ?? "null";
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(patch)), $"the patch is\n{RuleFixture.Pretty(patch)}");
        }
    }

    [Theory]
    [MemberData(nameof(Mutated))]
    public void What_is_filled_in_once_is_left_alone_the_second_time(string rule, string name)
    {
        var fixture = new RuleFixture(rule, name);

        Assert.Empty(fixture.JudgePatched(RuleFixture.PatchOf(fixture.Judge())).Changes);
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void What_is_kept_gets_no_patch(string rule, string name)
    {
        var fixture = new RuleFixture(rule, name);

        Assert.Empty(fixture.Judge().Changes);
        Assert.Empty(fixture.JudgeBackwards().Changes);
    }

    [Fact]
    public void Every_file_is_a_fixture_or_the_expectation_of_one()
    {
        IEnumerable<string> expected =
        [
            .. Named("allow", ".yaml"),
            .. Named("deny", ".yaml"),
            .. Named("deny", ".txt"),
            .. Named("skip", ".yaml"),
            .. Named("skip", ".txt"),
            .. Named("mutate", ".yaml"),
            .. Named("mutate", ".json"),
            .. Named("keep", ".yaml"),
        ];

        Assert.Equal(expected.Order(StringComparer.Ordinal), RuleFixture.Files);

        static IEnumerable<string> Named(string expectation, string extension) =>
            RuleFixture.ThatExpect(expectation).Select(fixture => $"{fixture.Rule}/{fixture.Name}{extension}");
    }
}
