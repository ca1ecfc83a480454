using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Tests.Evaluation;

/// <summary>A rule that needs what is not loaded.</summary>
public class UndecidedTests
{
    private const string Reason = "disruption budgets are not known here";

    private static readonly ValidatingRuleDefinition _definition = new((_, _) => new NeedsBudgets())
    {
        Id = "needs-budgets",
        Summary = "A budget is there.",
        Why = "For the test.",
        Judges = "Workloads.",
        Reads = ["nothing"],
        Uses = RelatedKinds.DisruptionBudgets,
        DefaultAction = ValidationAction.Deny,
        Example = "a: b\n",
    };

    [Fact]
    public void UndecidedRule_IsToldAndDecidesNothing()
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment()).Read();
        var verdict = Evaluator().Validate(review, RelatedObjects.None);

        Assert.Equal([new SkippedRule("needs-budgets", Reason)], verdict.Skipped);
        Assert.True(verdict.IsAllowed);
        Assert.Empty(verdict.Findings);
        Assert.Empty(verdict.Errors);
        var answer = Answer.Of(review, verdict, PolicyOptions.Default);
        Assert.Empty(answer.Warnings);
        Assert.Equal("decision=allow\nmode=Enforce\npolicy=default", answer.AuditText());
    }

    [Fact]
    public void RuleThatHasWhatItNeeds_Judges()
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment()).Read();
        var verdict = Evaluator().Validate(review, new RelatedObjects { DisruptionBudgets = DisruptionBudgetIndex.Empty });

        Assert.Empty(verdict.Skipped);
        Assert.Equal(["Deny needs-budgets: spec has no budget"], verdict.Findings.Select(PolicyText.Line));
    }

    [Fact]
    public void UndecidedRule_IsNoViolationThatExisted()
    {
        var review = ReviewJson.OfUpdate(ObjectJson.Deployment(), ObjectJson.Deployment(3)).Read();
        var verdict = Evaluator().Validate(review, RelatedObjects.None);

        Assert.Equal(["needs-budgets"], verdict.Skipped.Select(skipped => skipped.Rule));
        Assert.Empty(verdict.Findings);
    }

    [Fact]
    public void ExemptRule_IsNotToldToBeUndecided()
    {
        var deployment = ObjectJson.Deployment().WithAnnotations("metadata.annotations", "exempt=all; exempt-reason=batch");
        var verdict = Evaluator().Validate(ReviewJson.OfCreate(deployment).Read(), RelatedObjects.None);

        Assert.Empty(verdict.Skipped);
        Assert.Empty(verdict.Exempt);
    }

    [Fact]
    public void Uses_AreThoseOfTheRulesThatAreOn()
    {
        Assert.Equal(RelatedKinds.DisruptionBudgets, Evaluator().Uses);
        var off = PolicyOptions.Default with
        {
            Rules = new Dictionary<string, RuleSettings> { ["needs-budgets"] = new() { Action = ValidationAction.Off } },
        };
        Assert.Equal(RelatedKinds.None, new PolicyEvaluator(off, FixedClock.Default, [_definition]).Uses);
    }

    private static PolicyEvaluator Evaluator() => new(PolicyOptions.Default, FixedClock.Default, [_definition]);

    private sealed class NeedsBudgets : IValidatingRule<Workload>
    {
        public IEnumerable<RuleResult> Validate(Workload subject, RuleContext context)
        {
            if (context.UndecidedWithout(RelatedKinds.DisruptionBudgets) is { } undecided)
            {
                yield return undecided;
            }
            else if (context.Related.DisruptionBudgets.Selecting(subject.PodLabels).Count == 0)
            {
                yield return new Violation("spec", "has no budget", () => "Make one.");
            }
        }
    }
}
