using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Tests.Rules;

/// <summary>Which workloads a selector that selects nothing was meant for. Labels are written as <c>key=value,key=value</c>.</summary>
public class NearestSelectionTests
{
    private static readonly string[] _keys = ["app", "component", "track"];
    private static readonly string[] _values = ["frontend", "gateway", "stable", "worker"];

    [Theory]
    [InlineData("app=fronted", "app=frontend", "app=gateway")]
    [InlineData("app=Frontend", "app=frontend", "app=gateway")]
    [InlineData("ap=frontend", "app=frontend", "app=gateway")]
    [InlineData("name=frontend", "app=frontend", "app=gateway")]
    [InlineData("app=fronted", "app=frontend", "name=fronted")]
    [InlineData("app=fronted,tier=web", "app=frontend,tier=web", "app=frontend")]
    [InlineData("app=frontend,tier=wep", "app=frontend,tier=web", "app=fronted,tier=web")]
    public void Nearest_IsTheFirstAndNotTheSecond(string selector, string first, string second) =>
        Assert.Equal([first], Nearest(new(Labels(selector)), first, second));

    [Theory]
    [InlineData("app=search", "app=frontend")]
    [InlineData("app=frontend,tier=web", "app=frontend")]
    [InlineData("ap=fronted", "app=frontend")]
    [InlineData("app=", "app=x")]
    [InlineData("app=frontend", "")]
    public void WhatIsNotThereInAnyForm_IsNearToNothing(string selector, string labels) => Assert.Empty(Nearest(new(Labels(selector)), labels));

    [Fact]
    public void Expressions_DemandWhatMustBeThere()
    {
        Assert.Equal(["app=web"], Nearest(new(null, [new("app", "In", ["wep", "api"])]), "app=search", "app=web"));
        Assert.Equal(["app=web"], Nearest(new(null, [new("apps", "Exists")]), "name=web", "app=web"));
        Assert.Equal(["app=web"], Nearest(new(Labels("app=web"), [new("app", "NotIn", ["web"]), new("x", "DoesNotExist")]), "app=api", "app=web"));
        Assert.Empty(Nearest(new(null, [new("app", "NotIn", ["web"])]), "app=web"));
        Assert.Empty(Nearest(new(null), "app=web"));
        Assert.Empty(Nearest(new(null, [new("app", "Exists")]), "name=web"));
    }

    [Fact]
    public void SeveralThatAreEquallyNear_AreAllThere() =>
        Assert.Equal(["app=web,track=a", "app=web,track=b"], Nearest(new(Labels("app=wep")), "app=web,track=a", "app=api", "app=web,track=b"));

    [Fact]
    public void WhatIsSelected_IsNearest_AndNothingElseThen()
    {
        var property = Prop.ForAll(Arb.From(SomeLabels()), Arb.From(SomeLabels().ListOf()), (selector, all) =>
        {
            var texts = all.Select(Text).ToArray();
            var selected = all.Where(labels => new LabelSelector(selector).Matches(labels)).Select(Text).ToList();
            return selected.Count == 0 || Nearest(new(selector), texts).SequenceEqual(selected);
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), property);
    }

    [Fact]
    public void OneTypingError_FindsTheWorkload()
    {
        var typing =
            from labels in SomeLabels()
            from wrong in Gen.Elements(labels.Keys.ToArray())
            from at in Gen.Choose(0, labels[wrong].Length)
            from letter in Gen.Elements('q', 'x', 'z')
            select (Labels: labels, Selector: new Dictionary<string, string>(labels) { [wrong] = labels[wrong].Insert(at, letter.ToString()) });
        var property = Prop.ForAll(
            Arb.From(typing),
            typo => Nearest(new(typo.Selector), "other=thing", Text(typo.Labels), "app=search").SequenceEqual([Text(typo.Labels)]));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), property);
    }

    private static Gen<Dictionary<string, string>> SomeLabels() =>
        from count in Gen.Choose(1, _keys.Length)
        from values in Gen.Elements(_values).ArrayOf(count)
        select _keys.Take(count).Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);

    private static IEnumerable<string> Nearest(LabelSelector selector, params string[] labels) =>
        NearestSelection.Of(selector, [.. labels.Select(Workload)]).Select(workload => workload.Metadata.Name);

    private static Workload Workload(string labels) => new()
    {
        ApiVersion = "apps/v1",
        Kind = "Deployment",
        Metadata = new() { Name = labels },
        Template = new(new() { Labels = Labels(labels) }, PodSpec.Empty),
    };

    private static Dictionary<string, string> Labels(string text) => text
        .Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(label => label.Split('='))
        .ToDictionary(label => label[0], label => label[1]);

    private static string Text(Dictionary<string, string> labels) => string.Join(',', labels.Select(label => $"{label.Key}={label.Value}"));
}
