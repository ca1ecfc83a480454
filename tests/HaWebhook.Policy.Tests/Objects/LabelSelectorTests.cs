using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

public class LabelSelectorTests
{
    private static readonly Dictionary<string, string> _labels = new() { ["app"] = "web", ["tier"] = "front", ["blank"] = "" };

    private static readonly string[] _keys = ["a", "b", "c"];
    private static readonly string[] _values = ["x", "y", ""];
    private static readonly string[] _operators = ["In", "NotIn", "Exists", "DoesNotExist", "in", "Gt"];

    public static TheoryData<string, string, string[]?, bool> Requirements => new()
    {
        { "app", "In", ["web"], true },
        { "app", "In", ["api", "web"], true },
        { "app", "In", ["api"], false },
        { "app", "In", ["WEB"], false },
        { "app", "In", [], false },
        { "app", "In", null, false },
        { "blank", "In", [""], true },
        { "missing", "In", ["web"], false },
        { "missing", "In", [""], false },
        { "app", "NotIn", ["api"], true },
        { "app", "NotIn", ["api", "web"], false },
        { "app", "NotIn", [], true },
        { "app", "NotIn", null, true },
        { "blank", "NotIn", [""], false },
        { "missing", "NotIn", ["web"], true },
        { "app", "Exists", null, true },
        { "blank", "Exists", null, true },
        { "missing", "Exists", null, false },
        { "app", "DoesNotExist", null, false },
        { "blank", "DoesNotExist", null, false },
        { "missing", "DoesNotExist", null, true },
        { "app", "in", ["web"], false },
        { "app", "Gt", ["0"], false },
        { "missing", "", null, false },
    };

    public static TheoryData<Dictionary<string, string>?, bool> Labels => new()
    {
        { null, true },
        { [], true },
        { new() { ["app"] = "web" }, true },
        { new() { ["app"] = "web", ["tier"] = "front" }, true },
        { new() { ["blank"] = "" }, true },
        { new() { ["app"] = "web", ["tier"] = "back" }, false },
        { new() { ["app"] = "Web" }, false },
        { new() { ["App"] = "web" }, false },
        { new() { ["missing"] = "" }, false },
    };

    [Theory]
    [MemberData(nameof(Requirements))]
    public void Requirement_IsMetAsKubernetesMeetsIt(string key, string @operator, string[]? values, bool isMet)
    {
        Assert.Equal(isMet, new LabelSelectorRequirement(key, @operator, values).Matches(_labels));
        Assert.Equal(isMet, new LabelSelector(null, [new(key, @operator, values)]).Matches(_labels));
    }

    [Theory]
    [MemberData(nameof(Labels))]
    public void MatchLabels_MustAllBeThere(Dictionary<string, string>? matchLabels, bool isMet) =>
        Assert.Equal(isMet, new LabelSelector(matchLabels).Matches(_labels));

    [Fact]
    public void EmptySelector_SelectsEverything()
    {
        Assert.True(new LabelSelector(null, []).Matches(_labels));
        Assert.True(new LabelSelector(new Dictionary<string, string>(), null).Matches(new Dictionary<string, string>()));
    }

    [Fact]
    public void LabelsAndExpressions_MustBothHold()
    {
        var selector = new LabelSelector(
            new Dictionary<string, string> { ["app"] = "web" },
            [new("tier", "In", ["front"]), new("canary", "DoesNotExist")]);

        Assert.True(selector.Matches(_labels));
        Assert.False(selector.Matches(new Dictionary<string, string> { ["app"] = "web", ["tier"] = "back" }));
        Assert.False(selector.Matches(new Dictionary<string, string> { ["app"] = "api", ["tier"] = "front" }));
        Assert.False(selector.Matches(new Dictionary<string, string> { ["app"] = "web", ["tier"] = "front", ["canary"] = "" }));
    }

    [Theory]
    [InlineData("app", true)]
    [InlineData("tier", true)]
    [InlineData("web", false)]
    [InlineData("APP", false)]
    public void Names_KnowsLabelsAndExpressions(string key, bool isNamed) =>
        Assert.Equal(isNamed, new LabelSelector(new Dictionary<string, string> { ["app"] = "web" }, [new("tier", "Exists")]).Names(key));

    [Fact]
    public void Text_IsWhatKubectlTakes_LabelsInOrder()
    {
        var selector = new LabelSelector(
            new Dictionary<string, string> { ["tier"] = "front", ["app"] = "web" },
            [new("a", "In", ["x", "y"]), new("b", "NotIn", ["z"]), new("c", "Exists"), new("d", "DoesNotExist"), new("e", "Gt", ["1"])]);

        Assert.Equal("app=web,tier=front,a in (x,y),b notin (z),c,!d,e Gt", selector.ToString());
        Assert.Equal("", new LabelSelector(null).ToString());
    }

    [Fact]
    public void Matches_AgreesWithAnotherEvaluator()
    {
        var property = Prop.ForAll(
            Arb.From(Selectors()),
            Arb.From(Maps()),
            (selector, labels) => selector.Matches(labels) == IsSelected(selector, labels));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), property);
    }

    /// <summary>Written over sets of texts: what is demanded must be among the labels' texts, what is forbidden must not.</summary>
    private static bool IsSelected(LabelSelector selector, Dictionary<string, string> labels)
    {
        var texts = labels.Select(label => $"{label.Key}={label.Value}").Concat(labels.Keys).ToHashSet();
        var demanded = (selector.MatchLabels ?? new Dictionary<string, string>()).Select(label => new[] { $"{label.Key}={label.Value}" }).ToList();
        var forbidden = new List<string>();
        foreach (var requirement in selector.MatchExpressions ?? [])
        {
            var pairs = (requirement.Values ?? []).Select(value => $"{requirement.Key}={value}").ToArray();
            switch (requirement.Operator)
            {
                case "In":
                    demanded.Add(pairs);
                    break;
                case "NotIn":
                    forbidden.AddRange(pairs);
                    break;
                case "Exists":
                    demanded.Add([requirement.Key]);
                    break;
                case "DoesNotExist":
                    forbidden.Add(requirement.Key);
                    break;
                default:
                    demanded.Add([]);
                    break;
            }
        }

        return demanded.TrueForAll(texts.Overlaps) && !texts.Overlaps(forbidden);
    }

    private static Gen<LabelSelector> Selectors() =>
        from hasLabels in Gen.Elements(true, false)
        from labels in Maps()
        from hasExpressions in Gen.Elements(true, false)
        from expressions in Requirement().ListOf()
        select new LabelSelector(hasLabels ? labels : null, hasExpressions ? [.. expressions.Take(3)] : null);

    private static Gen<LabelSelectorRequirement> Requirement() =>
        from key in Gen.Elements(_keys)
        from @operator in Gen.Elements(_operators)
        from hasValues in Gen.Elements(true, true, true, false)
        from values in Gen.Elements(_values).ListOf()
        select new LabelSelectorRequirement(key, @operator, hasValues ? [.. values.Take(3)] : null);

    private static Gen<Dictionary<string, string>> Maps() =>
        from keys in Gen.SubListOf(_keys)
        from values in Gen.Elements(_values).ArrayOf(_keys.Length)
        select keys.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
}
