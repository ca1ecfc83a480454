using System.Text.Json.Nodes;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Tests.Evaluation;

namespace HaWebhook.Policy.Tests.Rules;

/// <summary>What the rules about budgets and autoscalers say in admission, where related objects may be unknown or on their way.</summary>
public class RelatedRulesTests
{
    private const string WithoutBudgets = "pod-disruption-budget: disruption budgets are not known here";
    private const string WithoutBudgetsEither = "disruption-budget-settings: disruption budgets are not known here";
    private const string SelectsNothing =
        "disruption-budget-settings: spec.selector selects app=shop, which no workload's pods carry; must select the pods of a workload";

    private const string WithoutTarget = "autoscaler-bounds: spec.scaleTargetRef.name is shop, which is no Deployment of the namespace; must be one";

    private static readonly PolicyEvaluator _evaluator = PolicyText.Evaluator("rules: {horizontal-pod-autoscaler: {action: Deny}}");

    private static readonly RelatedObjects _loaded = new()
    {
        Autoscalers = AutoscalerIndex.Empty,
        DisruptionBudgets = DisruptionBudgetIndex.Empty,
        Workloads = new([(Workload)ReviewJson.OfCreate(ObjectJson.Deployment()).Read().Subject!], []),
    };

    [Fact]
    public void Workload_IsJudgedOnlyWhereBudgetsAndAutoscalersAreKnown()
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment()).Read();

        Assert.Equal([WithoutBudgets, "horizontal-pod-autoscaler: autoscalers are not known here"], Skipped(review, RelatedObjects.None));
        Assert.Empty(Findings(review, RelatedObjects.None));
        Assert.Empty(Skipped(review, _loaded));
        Assert.Equal(["Audit pod-disruption-budget", "Deny horizontal-pod-autoscaler"], Findings(review, _loaded).Select(line => line.Split(':')[0]));
    }

    [Fact]
    public void WorkloadThatNeedsNoBudget_IsNotToldToBeUndecided() =>
        Assert.Empty(Skipped(ReviewJson.OfCreate(ObjectJson.Deployment(0)).Read(), RelatedObjects.None));

    [Theory]
    [InlineData("""{"maxUnavailable":1}""", null)]
    [InlineData("""{"minAvailable":1}""", null)]
    [InlineData("""{"maxUnavailable":0}""", "spec.maxUnavailable is 0, which blocks every drain; must let at least one pod go")]
    [InlineData("""{"minAvailable":"100%"}""", "spec.minAvailable is 100%, which blocks every drain; must let at least one pod go")]
    [InlineData("""{"minAvailable":0}""", "spec.minAvailable is 0, which protects nothing; must keep at least one pod")]
    public void BudgetAlone_IsJudgedAsFarAsItGoes(string spec, string? finding)
    {
        var review = Create(Budget(spec), "policy", "poddisruptionbudgets");

        Assert.Equal([WithoutBudgetsEither], Skipped(review, RelatedObjects.None));
        Assert.Equal(finding is null ? [] : ["Warn disruption-budget-settings: " + finding], Findings(review, RelatedObjects.None));
    }

    [Fact]
    public void BudgetOfNoWorkload_IsAWarningUnlessItIsJustArriving()
    {
        var budget = Budget("""{"maxUnavailable":1}""");
        budget["spec"]!["selector"]!["matchLabels"]!["app"] = "shop";
        var update = Update(budget, "spec.maxUnavailable", 2, "policy", "poddisruptionbudgets");

        Assert.Equal(["Audit " + SelectsNothing], Findings(Create(budget, "policy", "poddisruptionbudgets"), _loaded));
        Assert.Equal(["Warn " + SelectsNothing], Findings(update, _loaded));
        Assert.Equal(["Warn " + SelectsNothing], Findings(Create(budget, "policy", "poddisruptionbudgets") with { User = null }, _loaded));
    }

    [Fact]
    public void BudgetOfPodsWithoutScale_IsAWarningUnlessItIsJustArriving()
    {
        const string withoutScale =
            "disruption-budget-settings: spec.maxUnavailable is 1, which lets no pod be evicted: Kubernetes cannot work it out for Pod web-0, "
                + "which has no scale; must be a whole number in minAvailable";
        var related = new RelatedObjects
        {
            Autoscalers = AutoscalerIndex.Empty,
            DisruptionBudgets = DisruptionBudgetIndex.Empty,
            Workloads = new([(Pod)ReviewJson.OfPod(ObjectJson.Pod()).Read().Subject!], []),
        };
        var arriving = Create(Budget("""{"maxUnavailable":1}"""), "policy", "poddisruptionbudgets");

        Assert.Equal(["Audit " + withoutScale], Findings(arriving, related));
        Assert.Equal(["Warn " + withoutScale], Findings(arriving with { User = null }, related));
        Assert.Empty(Skipped(arriving, related));
    }

    [Fact]
    public void BudgetOnUpdate_IsNotItsOwnOverlap()
    {
        var budget = Budget("""{"maxUnavailable":1}""");
        var update = Update(budget, "spec.maxUnavailable", "50%", "policy", "poddisruptionbudgets");
        var related = new RelatedObjects
        {
            Autoscalers = AutoscalerIndex.Empty,
            DisruptionBudgets = new([(PodDisruptionBudget)update.OldSubject!]),
            Workloads = _loaded.Workloads,
        };

        Assert.Empty(Findings(update, related));
        Assert.Empty(Skipped(update, related));
    }

    [Fact]
    public void AutoscalerAlone_IsJudgedAsFarAsItGoes()
    {
        var review = Create(Autoscaler("web", 2), "autoscaling", "horizontalpodautoscalers");

        Assert.Equal(
            [
                "disruption-budget-settings: disruption budgets are not known here",
                "autoscaler-bounds: the workloads of the namespace are not known here",
            ],
            Skipped(review, RelatedObjects.None));
        Assert.Equal(
            ["Warn autoscaler-bounds: spec.maxReplicas is 2; must be more than spec.minReplicas, which is 2"],
            Findings(review, RelatedObjects.None));
    }

    [Fact]
    public void AutoscalerOfNoWorkload_IsAWarningUnlessItIsJustArriving()
    {
        var autoscaler = Autoscaler("shop", 4);
        var update = Update(autoscaler, "spec.maxReplicas", 5, "autoscaling", "horizontalpodautoscalers");

        Assert.Equal(["Audit " + WithoutTarget], Findings(Create(autoscaler, "autoscaling", "horizontalpodautoscalers"), _loaded));
        Assert.Equal(["Warn " + WithoutTarget], Findings(update, _loaded));
    }

    [Fact]
    public void NamespaceWithoutWorkloads_LeavesBothUndecided()
    {
        var empty = new RelatedObjects
        {
            Autoscalers = AutoscalerIndex.Empty,
            DisruptionBudgets = DisruptionBudgetIndex.Empty,
            Workloads = WorkloadIndex.Empty,
        };

        Assert.Equal(
            ["autoscaler-bounds: no workload of the namespace is known here"],
            Skipped(Create(Autoscaler("shop", 4), "autoscaling", "horizontalpodautoscalers"), empty));
        Assert.Equal(
            ["disruption-budget-settings: no workload of the namespace is known here"],
            Skipped(Create(Budget("""{"maxUnavailable":1}"""), "policy", "poddisruptionbudgets"), empty));
    }

    private static Review Create(JsonNode subject, string group, string resource) =>
        (ReviewJson.OfCreate(subject) with { Group = group, Resource = resource }).Read();

    private static Review Update(JsonNode old, string path, JsonNode value, string group, string resource) =>
        (ReviewJson.OfUpdate(old.DeepClone(), old.DeepClone().With(path, value)) with { Group = group, Resource = resource }).Read();

    private static JsonNode Budget(string spec)
    {
        var budget = JsonNode.Parse("""{"kind":"PodDisruptionBudget","apiVersion":"policy/v1","metadata":{"name":"web","namespace":"shop"}}""")!;
        budget["spec"] = JsonNode.Parse(spec);
        budget["spec"]!["selector"] = JsonNode.Parse("""{"matchLabels":{"app":"web"}}""");
        return budget;
    }

    private static JsonNode Autoscaler(string target, int ceiling) => JsonNode.Parse($$$"""
        {"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"web","namespace":"shop"},"spec":{
          "minReplicas":2,"maxReplicas":{{{ceiling}}},"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"{{{target}}}" } } }
        """)!;

    private static IEnumerable<string> Findings(Review review, RelatedObjects related) => Validate(review, related).Findings.Select(PolicyText.Line);

    private static IEnumerable<string> Skipped(Review review, RelatedObjects related) =>
        Validate(review, related).Skipped.Select(skipped => $"{skipped.Rule}: {skipped.Reason}");

    private static Verdict Validate(Review review, RelatedObjects related)
    {
        var verdict = _evaluator.Validate(review, related);
        Assert.Empty(verdict.Errors);
        return verdict;
    }
}
