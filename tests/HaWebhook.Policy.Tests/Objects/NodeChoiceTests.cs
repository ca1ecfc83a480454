using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

/// <summary>Against a small cluster that has every node there can be: what is judged must be what the nodes that may be used have in common.</summary>
public class NodeChoiceTests
{
    private const string Rack = "example.com/rack";

    private static readonly string[] _labels = [WellKnownLabels.Hostname, WellKnownLabels.Zone, Rack];
    private static readonly string[] _written = [.. _labels, WellKnownLabels.FormerZone];
    private static readonly string[] _named = ["a", "b", "c"];

    // Two that no requirement names: a cluster always has more than what is ruled out.
    private static readonly string?[] _values = [.. _named, "d", "e", null];
    private static readonly string[] _names = [.. _named, "d", "e"];
    private static readonly string[] _operators = ["In", "In", "In", "NotIn", "Exists", "DoesNotExist", "in"];
    private static readonly Node[] _nodes =
    [
        .. from name in _names
           from hostname in _values
           from zone in _values
           from rack in _values
           select new Node(name, hostname, zone, rack),
    ];

    [Fact]
    public void WhatIsLeft_IsWhatTheNodesThatMayBeUsedHaveInCommon()
    {
        var property = Prop.ForAll(Arb.From(Specs()), spec =>
        {
            var allowed = Array.FindAll(_nodes, node => IsAllowed(node, spec));
            return _labels.All(label => NodeChoice.OnlyLabel(spec, label) == Common(allowed.Select(node => node.Label(label))))
                && NodeChoice.OnlyName(spec) == Common(allowed.Select(node => node.Name));
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), property);
    }

    [Fact]
    public void SpecsThatTieAndSpecsThatDoNot_AreBothGenerated()
    {
        var specs = Specs().Sample(2_000);

        Assert.All(_labels, label => Assert.InRange(specs.Count(spec => NodeChoice.OnlyLabel(spec, label) is not null), 100, 1_900));
        Assert.InRange(specs.Count(spec => NodeChoice.OnlyName(spec) is not null), 20, 1_900);
    }

    [Theory]
    [InlineData("Gt")]
    [InlineData("Lt")]
    public void Comparison_LeavesMany_ButOnlyNodesThatHaveTheLabel(string @operator)
    {
        var comparison = new LabelSelectorRequirement(Rack, @operator, ["1"]);

        Assert.Null(NodeChoice.OnlyLabel(Spec([comparison]), Rack));
        Assert.Equal("2", NodeChoice.OnlyLabel(Spec([comparison, new(Rack, "In", ["2"])]), Rack));
        Assert.Equal("z", NodeChoice.OnlyLabel(Spec([comparison, new(Rack, "DoesNotExist")], [new LabelSelectorRequirement(WellKnownLabels.Zone, "In", ["z"])]), WellKnownLabels.Zone));
    }

    [Fact]
    public void ValuesThatAreMissing_AreNone()
    {
        Assert.Null(NodeChoice.OnlyLabel(Spec([new(Rack, "In")]), Rack));
        Assert.Equal("a", NodeChoice.OnlyLabel(Spec([new(Rack, "In", ["a"]), new(Rack, "NotIn")]), Rack));
    }

    [Fact]
    public void OneNode_IsTheNodeNameTheHostnameOrTheName()
    {
        Assert.True(NodeChoice.IsOneNode(new PodSpec { NodeName = "m" }));
        Assert.True(NodeChoice.IsOneNode(Spec([new(WellKnownLabels.Hostname, "In", ["m"])])));
        Assert.True(NodeChoice.IsOneNode(new PodSpec { RequiredNodeAffinity = [new([], [new("metadata.name", "In", ["m"])])] }));
        Assert.False(NodeChoice.IsOneNode(Spec([new(WellKnownLabels.Zone, "In", ["a"])])));
        Assert.False(NodeChoice.IsOneNode(PodSpec.Empty));
    }

    [Fact]
    public void ManyTermsAndRequirements_AreReadInOneGo()
    {
        string[] values = [.. Enumerable.Range(0, 20_000).Select(number => $"v{number}")];
        LabelSelectorRequirement[] many = [.. values.Select(value => new LabelSelectorRequirement(Rack, "NotIn", [value]))];
        var spec = Spec([new(Rack, "In", values), .. many[1..]], [.. many, new(Rack, "In", ["v0"])], [new(Rack, "In", ["v0"])]);

        Assert.Equal("v0", NodeChoice.OnlyLabel(spec, Rack));
    }

    private static PodSpec Spec(LabelSelectorRequirement[] term, params LabelSelectorRequirement[][] more) =>
        new() { RequiredNodeAffinity = [new(term, []), .. more.Select(other => new NodeSelectorTerm(other, []))] };

    private static string? Common(IEnumerable<string?> values) => values.Distinct().Take(2).ToArray() is [var only] ? only : null;

    private static bool IsAllowed(Node node, PodSpec spec) =>
        spec.NodeSelector.All(wanted => node.Label(wanted.Key) == wanted.Value)
        && (spec.RequiredNodeAffinity.Count == 0 || spec.RequiredNodeAffinity.Any(term =>
            term.MatchExpressions.Count + term.MatchFields.Count > 0
            && term.MatchExpressions.All(requirement => IsMet(requirement, node.Label(requirement.Key)))
            && term.MatchFields.All(requirement => IsMet(requirement, node.Name))));

    private static bool IsMet(LabelSelectorRequirement requirement, string? value) => requirement.Operator switch
    {
        "In" => value is not null && requirement.Values!.Contains(value),
        "NotIn" => value is null || !requirement.Values!.Contains(value),
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        _ => false,
    };

    private static Gen<PodSpec> Specs() =>
        from selected in Gen.SubListOf(_written)
        from isSelected in Gen.Elements(true, false)
        from values in Gen.Elements("a", "b").ArrayOf(_written.Length)
        from terms in Terms().ListOf()
        select new PodSpec
        {
            NodeSelector = isSelected ? selected.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second) : Metadata.NoStrings,
            RequiredNodeAffinity = [.. terms.Take(3)],
        };

    private static Gen<NodeSelectorTerm> Terms() =>
        from expressions in Requirement(_written, _named).ListOf()
        from fields in Requirement(["metadata.name"], _named).ListOf()
        from hasFields in Gen.Elements(true, false, false)
        select new NodeSelectorTerm([.. expressions.Take(4)], hasFields ? [.. fields.Take(2)] : []);

    private static Gen<LabelSelectorRequirement> Requirement(string[] keys, string[] values) =>
        from key in Gen.Elements(keys)
        from @operator in Gen.Elements(_operators)
        from chosen in Gen.SubListOf(values)
        select new LabelSelectorRequirement(key, @operator, [.. chosen]);

    private sealed record Node(string Name, string? Hostname, string? Zone, string? Rack)
    {
        public string? Label(string key) => key switch
        {
            WellKnownLabels.Hostname => Hostname,
            NodeChoiceTests.Rack => Rack,
            _ => Zone,
        };
    }
}
