using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

/// <summary>The indexes over labels and selectors find what looking at everything finds.</summary>
public class SelectionTests
{
    private static readonly string[] _keys = ["app", "tier", "team"];
    private static readonly string[] _values = ["a", "b", "c"];
    private static readonly string[] _operators = ["In", "NotIn", "Exists", "DoesNotExist"];

    [Fact]
    public void Budgets_AreThoseThatSelectThePods()
    {
        var property = Prop.ForAll(
            Arb.From(Selectors().OrNull().ListOf()),
            Arb.From(Labels()),
            (selectors, labels) =>
            {
                var budgets = selectors.Select(Budget).Reverse().ToList();
                var expected = budgets.Where(budget => budget.Selects(labels)).Select(budget => budget.Metadata.Name).Order(StringComparer.Ordinal);
                return new DisruptionBudgetIndex(budgets).Selecting(labels).Select(budget => budget.Metadata.Name).SequenceEqual(expected);
            });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), property);
    }

    [Fact]
    public void Workloads_AreThoseThatTheSelectorSelects()
    {
        var property = Prop.ForAll(
            Arb.From(Labels().ListOf()),
            Arb.From(Selectors()),
            (labels, selector) =>
            {
                var workloads = labels.Select(Workload).Reverse().ToList();
                var expected = workloads
                    .Where(workload => selector.Matches(workload.Template.Metadata.Labels))
                    .Select(workload => workload.Metadata.Name)
                    .Order(StringComparer.Ordinal);
                return new WorkloadIndex(workloads, []).SelectedBy(selector).Select(workload => workload.Metadata.Name).SequenceEqual(expected);
            });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), property);
    }

    [Fact]
    public void TenThousandOfANamespaceThatShareALabel_AreLookedUpWithoutLookingAtAll()
    {
        const int count = 10_000;
        var looks = new Counter();
        var labels = Enumerable.Range(0, count)
            .Select(index => new CountedLabels(new() { ["part-of"] = "shop", ["app"] = Name(index) }, looks))
            .ToList();
        var budgets = new DisruptionBudgetIndex([.. labels.Select((own, index) => Budget(new LabelSelector(own), index))]);
        var workloads = new WorkloadIndex([.. labels.Select(Workload)], []);
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(Name(i), Assert.Single(budgets.Selecting(labels[i])).Metadata.Name);
            Assert.Equal(Name(i), Assert.Single(workloads.SelectedBy(new LabelSelector(labels[i]))).Metadata.Name);
        }

        // Looking at all of them would be two hundred million looks.
        Assert.InRange(looks.Count, count, 10 * count);
    }

    private static Gen<LabelSelector> Selectors() =>
        from labels in Labels()
        from expressions in Requirement().ListOf()
        select new LabelSelector(labels.Count == 0 ? null : labels, expressions.Count == 0 ? null : [.. expressions.Take(2)]);

    private static Gen<LabelSelectorRequirement> Requirement() =>
        from key in Gen.Elements(_keys)
        from @operator in Gen.Elements(_operators)
        from values in Gen.Elements(_values).ListOf()
        select new LabelSelectorRequirement(key, @operator, values.Count == 0 ? null : [.. values.Take(3)]);

    private static Gen<Dictionary<string, string>> Labels() =>
        from keys in Gen.SubListOf(_keys)
        from values in Gen.Elements(_values).ArrayOf(_keys.Length)
        select keys.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);

    private static PodDisruptionBudget Budget(LabelSelector? selector, int index) =>
        new() { ApiVersion = "policy/v1", Kind = "PodDisruptionBudget", Metadata = new() { Name = Name(index) }, Selector = selector };

    private static Workload Workload(IReadOnlyDictionary<string, string> labels, int index) => new()
    {
        ApiVersion = "apps/v1",
        Kind = "Deployment",
        Metadata = new() { Name = Name(index) },
        Template = new(new() { Labels = labels }, PodSpec.Empty),
    };

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"web-{index:00000}");

    private sealed class Counter
    {
        public int Count { get; set; }
    }

    /// <summary>Labels that count how often somebody looks whether one of them is there.</summary>
    private sealed class CountedLabels(Dictionary<string, string> labels, Counter looks) : IReadOnlyDictionary<string, string>
    {
        public IEnumerable<string> Keys => labels.Keys;

        public IEnumerable<string> Values => labels.Values;

        public int Count => labels.Count;

        public string this[string key] => labels[key];

        public bool ContainsKey(string key) => TryGetValue(key, out _);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
        {
            looks.Count++;
            return labels.TryGetValue(key, out value);
        }

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => labels.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
