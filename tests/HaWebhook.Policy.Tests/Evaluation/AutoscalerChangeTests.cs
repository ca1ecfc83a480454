using System.Text.Json.Nodes;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

/// <summary>An autoscaler is judged with what it scales, and with the budgets of that.</summary>
public class AutoscalerChangeTests
{
    private const string TooLow = "Deny minimum-replicas: spec.minReplicas is 1; must be at least 2";

    private static readonly PolicyEvaluator _evaluator = PolicyText.Evaluator("");

    [Fact]
    public void LoweringBelowTheMinimum_IsDenied()
    {
        Assert.Equal([TooLow], Lines(Lower(3, 1, RelatedJson.Of(ObjectJson.Deployment(3)))));
        Assert.Equal([TooLow], Lines(Lower(3, 1, RelatedObjects.None)));
    }

    [Theory]
    [InlineData("metadata.annotations")]
    [InlineData("spec.template.metadata.annotations")]
    public void WorkloadThatIsExempt_ExcusesItsAutoscaler(string annotations)
    {
        var verdict = Lower(3, 1, RelatedJson.Of(ObjectJson.Deployment(3).WithAnnotations(annotations, "exempt=minimum-replicas; exempt-reason=tests")));

        Assert.Empty(verdict.Findings);
        Assert.Equal(["minimum-replicas"], verdict.Exempt.Select(exempt => exempt.Rule));
    }

    [Fact]
    public void WorkloadThatIsSwitchedOff_ExcusesItsAutoscaler()
    {
        var related = RelatedJson.Of(ObjectJson.Deployment(0));

        Assert.Empty(Lower(3, 1, related).Findings);
        Assert.Equal(
            [TooLow],
            Lines(PolicyText.Evaluator("rules: {minimum-replicas: {allowZero: false}}").Validate(Update(3, 1).Read(), related)));

        // Waking it up is judged by that floor.
        var wake = _evaluator.Validate(ReviewJson.OfScale(0, 3).Read(), RelatedJson.Of(ObjectJson.Deployment(0), RelatedJson.Autoscaler(1)));
        Assert.Equal(["Deny minimum-replicas: HorizontalPodAutoscaler/web spec.minReplicas is 1; must be at least 2"], Lines(wake));
    }

    [Fact]
    public void Fix_NamesWhatStandsInTheWay()
    {
        Assert.StartsWith(
            "All pods would mount the claim data, which only one node can use",
            Assert.Single(Lower(3, 1, RelatedJson.Of(ObjectJson.Deployment(3).WithClaim())).Findings).Fix,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Set spec.minReplicas to 3 or more. ",
            Assert.Single(Lower(3, 1, RelatedJson.Of(ObjectJson.Deployment(3).WithAnnotations("metadata.annotations", "quorum=etcd"))).Findings).Fix,
            StringComparison.Ordinal);
    }

    /// <summary>Found by fuzzing: whoever writes that KEDA made an autoscaler, where there is no KEDA, excuses it from nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ScaledObjectAsOwner_IsBelievedOnlyWhereItsGroupIsServed(bool isServed)
    {
        var autoscaler = RelatedJson.Autoscaler(4).With("spec.maxReplicas", 3).With("metadata.ownerReferences", ObjectJson.Owner("keda.sh/v1alpha1", "ScaledObject", "1"));
        var related = RelatedJson.Of(ObjectJson.Deployment(3)) with { ServesGroup = _ => isServed };

        var verdict = _evaluator.Validate((ReviewJson.OfCreate(autoscaler) with { Group = "autoscaling", Resource = "horizontalpodautoscalers" }).Read(), related);

        Assert.Equal(isServed, verdict.ControlledBy.Length > 0);
        Assert.Equal(isServed ? (string[])[] : ["autoscaler-bounds"], verdict.Findings.Select(finding => finding.Rule));
    }

    public static TheoryData<string, int?, string[], string[]> Budgets => new()
    {
        { "minAvailable=2", 3, [], [] },
        {
            "minAvailable=2",
            2,
            [],
            [
                "Warn disruption-budget-settings: spec.minReplicas is 2, and spec.minAvailable of PodDisruptionBudget web is 2, which blocks every drain; must let at least one pod go",
                "Set spec.minReplicas to 3 or more, or replace spec.minAvailable of PodDisruptionBudget web by maxUnavailable: 1.",
            ]
        },
        {
            "minAvailable=75%",
            3,
            [],
            [
                "Warn disruption-budget-settings: spec.minReplicas is 3, and spec.minAvailable of PodDisruptionBudget web is 75%, which blocks every drain; must let at least one pod go",
                "Set spec.minReplicas to 4 or more, or replace spec.minAvailable of PodDisruptionBudget web by maxUnavailable: 1.",
            ]
        },
        { "maxUnavailable=1", 2, [], [] },

        // It blocks whatever the floor: that is told of the budget.
        { "maxUnavailable=0", 2, [], [] },
        { "minAvailable=100%", 2, [], [] },

        // Another autoscaler is lower.
        { "minAvailable=2", 3, ["other"], [] },

        // Its workload is switched off, or unknown.
        { "minAvailable=2", 2, ["off"], [] },
        { "minAvailable=2", 2, ["none"], [] },
        {
            "minAvailable=2",
            2,
            ["claim"],
            [
                "Warn disruption-budget-settings: spec.minReplicas is 2, and spec.minAvailable of PodDisruptionBudget web is 2, which blocks every drain; must let at least one pod go",
                "Replace spec.minAvailable of PodDisruptionBudget web by maxUnavailable: 1. More replicas would all mount the claim data, which only one node can use unless it is ReadWriteMany.",
            ]
        },
    };

    /// <summary>Whatever is known of the autoscaler: a cache has it as it was.</summary>
    [Theory]
    [MemberData(nameof(Budgets))]
    public void FloorBelowWhatABudgetKeeps_BlocksDrains(string budget, int? floor, string[] around, string[] expected)
    {
        List<JsonNode> related = [RelatedJson.Budget(budget), RelatedJson.Autoscaler(5)];
        if (!around.Contains("none"))
        {
            var workload = ObjectJson.Deployment(around.Contains("off") ? 0 : 5);
            related.Add(around.Contains("claim") ? workload.WithClaim() : workload);
        }

        if (around.Contains("other"))
        {
            related.Add(RelatedJson.Autoscaler(2, "lower"));
        }

        var findings = Lower(5, floor, RelatedJson.Of(related)).Findings.Where(finding => finding.Rule == "disruption-budget-settings").ToList();

        Assert.Equal(expected, findings.SelectMany(finding => new[] { PolicyText.Line(finding), finding.Fix }));
    }

    [Fact]
    public void FloorThatIsLeftOut_IsOne()
    {
        var related = RelatedJson.Of(RelatedJson.Budget("minAvailable=1"), ObjectJson.Deployment(5));

        Assert.Contains(
            "Warn disruption-budget-settings: spec.minReplicas is left out, which means 1, and spec.minAvailable of PodDisruptionBudget web is 1, "
                + "which blocks every drain; must let at least one pod go",
            Lines(Lower(5, null, related)));
    }

    [Fact]
    public void BlockedDrain_IsKeptButNotMadeWorse()
    {
        var evaluator = PolicyText.Evaluator("rules: {disruption-budget-settings: {action: Deny}, autoscaler-bounds: {action: Off}}");
        var related = RelatedJson.Of(RelatedJson.Budget("minAvailable=4"), ObjectJson.Deployment(5));

        Assert.False(evaluator.Validate(Update(5, 4).Read(), related).IsAllowed);
        Assert.True(evaluator.Validate(Update(3, 4).Read(), related).IsAllowed);
        Assert.False(evaluator.Validate(Update(4, 3).Read(), related).IsAllowed);
    }

    /// <summary>In a run over manifests the budget says it.</summary>
    [Fact]
    public void WhereNobodyAsks_TheAutoscalerIsNotToldOf()
    {
        var related = RelatedJson.Of(RelatedJson.Budget("minAvailable=2"), ObjectJson.Deployment(5), RelatedJson.Autoscaler(2));
        var review = Update(5, 2).Read() with { User = null, Operation = Operation.Create };

        Assert.Empty(_evaluator.Validate(review, related).Findings);
        var budget = (ReviewJson.OfCreate(RelatedJson.Budget("minAvailable=2")) with { Group = "policy", Resource = "poddisruptionbudgets" }).Read();
        Assert.Equal(
            ["Warn disruption-budget-settings: spec.minAvailable is 2 of the 2 replicas of Deployment web, which blocks every drain; must let at least one pod go"],
            Lines(_evaluator.Validate(budget, related)));
    }

    [Fact]
    public void WhatIsNotKnown_IsToldAsUndecided() =>
        Assert.Contains(new SkippedRule("disruption-budget-settings", "disruption budgets are not known here"), Lower(5, 2, RelatedObjects.None).Skipped);

    private static Verdict Lower(int? from, int? to, RelatedObjects related) => _evaluator.Validate(Update(from, to).Read(), related);

    private static ReviewJson Update(int? from, int? to) =>
        ReviewJson.OfUpdate(RelatedJson.Autoscaler(from), RelatedJson.Autoscaler(to)) with { Group = "autoscaling", Resource = "horizontalpodautoscalers" };

    private static IEnumerable<string> Lines(Verdict verdict) => verdict.Findings.Select(PolicyText.Line);
}
