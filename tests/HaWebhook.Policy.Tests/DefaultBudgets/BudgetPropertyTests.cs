using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.DefaultBudgets;

/// <summary>Random namespaces, with selectors that overlap and budgets of everybody: what has to hold in all of them.</summary>
public class BudgetPropertyTests
{
    private static readonly Gen<Dictionary<string, string>> _labels =
        from app in Gen.Elements("a", "b", "c")
        from tier in Gen.Elements("", "x", "y")
        select tier.Length == 0 ? new Dictionary<string, string> { ["app"] = app } : new() { ["app"] = app, ["tier"] = tier };

    private static readonly Gen<JsonNode> _workload =
        from name in Gen.Elements("w1", "w2", "w3", "w4", "w5", "w6")
        from kind in Gen.Elements("Deployment", "Deployment", "StatefulSet", "DaemonSet")
        from replicas in Gen.Choose(0, 3)
        from labels in _labels
        from narrow in Gen.Elements(true, false)
        select With(
            BudgetTown.Workload(name, replicas, kind),
            ("spec.template.metadata.labels", labels),
            ("spec.selector.matchLabels", narrow ? labels : new() { ["app"] = labels["app"] }));

    private static readonly Gen<JsonNode> _budget =
        from name in Gen.Elements("theirs-1", "theirs-2")
        from labels in _labels
        select With(RelatedJson.Budget(name: name), ("spec.selector.matchLabels", labels));

    private static readonly Gen<JsonNode> _ours =
        from name in Gen.Elements("w1", "w2", "w3", "gone")
        from labels in _labels
        select With(BudgetTown.Default(name), ("spec.selector.matchLabels", labels));

    private static readonly Arbitrary<JsonNode[]> _towns = (
        from workloads in _workload.ListOf()
        from budgets in _budget.ListOf()
        from ours in _ours.ListOf()
        select workloads.Concat(budgets).Concat(ours).DistinctBy(each => (string)each["metadata"]!["name"]!).ToArray()).ToArbitrary();

    [Fact]
    public void CarriedOut_APlanLeavesNothingToDo_AndNoPodWithTwoBudgetsOfWhichOneIsOurs() => Prop.ForAll(_towns, objects =>
    {
        var town = new BudgetTown(BudgetTown.On, objects.Select(each => each.DeepClone()));
        var others = OthersOf(town);
        town.CarryOut(town.Plan());

        Assert.Equal("", town.Describe());
        Assert.Equal(others, OthersOf(town));
        var budgets = town.Objects.OfType<PodDisruptionBudget>().ToList();
        Assert.All(town.Objects.OfType<PodOwner>(), owner =>
        {
            var covering = budgets.Where(budget => budget.Selects(owner.Template.Metadata.Labels)).ToList();
            Assert.False(covering.Count > 1 && covering.Any(budget => budget.DefaultOf.Length > 0), string.Join(", ", covering.Select(each => each.Metadata.Name)));
            Assert.False(owner is DaemonSet && covering.Any(budget => budget.DefaultOf.Length > 0));
        });
    }).QuickCheckThrowOnFailure();

    /// <summary>Nobody is left out for no reason: whose selector is shared with nobody and whom no budget selects has one.</summary>
    [Fact]
    public void CarriedOut_APlanLeavesNoneWithoutThatCouldHaveOne() => Prop.ForAll(_towns, objects =>
    {
        var town = new BudgetTown(BudgetTown.On, objects.Select(each => each.DeepClone()));
        town.CarryOut(town.Plan());

        var budgets = town.Objects.OfType<PodDisruptionBudget>().ToList();
        var owners = town.Objects.OfType<PodOwner>().ToList();
        Assert.All(
            owners.OfType<Workload>().Where(workload =>
                workload.DeclaredReplicas > 1 && owners.Count(owner => workload.Selector!.Matches(owner.Template.Metadata.Labels)) == 1),
            workload => Assert.Single(budgets.Where(budget => budget.Selects(workload.Template.Metadata.Labels)).Take(1)));
    }).QuickCheckThrowOnFailure();

    private static string OthersOf(BudgetTown town) =>
        string.Join(' ', town.Objects.Where(item => item is not PodDisruptionBudget { DefaultOf.Length: > 0 }).Select(item => item.Metadata.Name));

    private static JsonNode With(JsonNode node, params (string Path, Dictionary<string, string> Labels)[] changes)
    {
        foreach (var (path, labels) in changes)
        {
            node.With(path, new JsonObject(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))));
        }

        return node;
    }
}
