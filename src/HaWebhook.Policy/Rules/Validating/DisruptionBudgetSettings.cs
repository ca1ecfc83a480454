using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using Budget = HaWebhook.Policy.Objects.PodDisruptionBudget;

namespace HaWebhook.Policy.Rules.Validating;

/// <summary>
/// A disruption budget that never lets a pod go holds every drain up, and with it node updates; one that lets all go at once, or is about no
/// pods, protects nothing.
/// </summary>
/// <remarks>
/// <para>Reads <c>spec.minAvailable</c> and <c>spec.maxUnavailable</c> (percentages are rounded up; with neither nothing may be evicted) against
/// the effective replicas of all workloads that <c>spec.selector</c> selects together, as the disruption controller counts them (Kubernetes 1.32).
/// A single pod cannot be both protected and drained: for it only a budget that blocks is a violation.</para>
/// <para>An absent selector selects nothing, an empty one everything (<c>policy/v1</c>; objects of the removed <c>policy/v1beta1</c>, where an empty
/// one selected nothing, are judged as what they become). Pods of which the namespace's workloads tell no number leave the rule undecided, unless
/// nothing among them has a scale: for such Kubernetes supports a whole number in <c>minAvailable</c> and nothing else (Specifying a Disruption
/// Budget for your Application, Arbitrary workloads and arbitrary selectors). The eviction API answers 500 for a pod that two budgets select
/// (Kubernetes 1.32, eviction subresource).</para>
/// </remarks>
internal sealed class DisruptionBudgetSettings : IValidatingRule<Budget>, IValidatingRule<Autoscaler>
{
    private const RelatedKinds Needs = RelatedKinds.Workloads | RelatedKinds.DisruptionBudgets | RelatedKinds.Autoscalers;
    private const string Selector = "spec.selector";
    private const string MinAvailable = "spec.minAvailable";
    private const string MaxUnavailable = "spec.maxUnavailable";
    private const string Blocks = "which blocks every drain; must let at least one pod go";
    private const string ProtectsNothing = "which protects nothing; must keep at least one pod";

    /// <summary>More pods than any budget is about: what blocks or frees them all does so whatever the workload.</summary>
    private const int AnyNumber = int.MaxValue;

    public static readonly ValidatingRuleDefinition Definition = new((_, _) => new DisruptionBudgetSettings())
    {
        Id = "disruption-budget-settings",
        Summary = "A PodDisruptionBudget lets some pods of its workload go, but not all, and no other budget is about the same pods.",
        Why = "A budget that never lets a pod go holds up every node drain; one that lets all go, or selects none, protects nothing; "
            + "two over one pod make its eviction fail.",
        Judges = "PodDisruptionBudgets; and the floor of a HorizontalPodAutoscaler or ScaledObject when somebody sets it.",
        Reads =
        [
            "spec.minAvailable: pods that must stay, a percentage rounded up; absent means that maxUnavailable decides",
            "spec.maxUnavailable: pods that may go, a percentage rounded up; absent as well means that none may",
            "spec.selector: absent selects nothing, empty selects everything",
            "the effective replicas of the workloads that it selects, added up (of an autoscaled workload the autoscaler's floor); where it selects "
                + "only Pods of their own and those of DaemonSets and Jobs, which have no scale, a whole number in spec.minAvailable is required",
            "spec.selector of the other PodDisruptionBudgets of the namespace",
        ],
        Uses = Needs | RelatedKinds.Claims,
        DefaultAction = ValidationAction.Warn,
        Example = "spec:\n  maxUnavailable: 1\n  selector:\n    matchLabels: {app: web}\n",
    };

    public IEnumerable<RuleResult> Validate(Budget subject, RuleContext context)
    {
        if (subject.Selector is not { } selector)
        {
            return [new Violation(Selector, "is missing and so selects no pods; must select the pods of a workload", () => BudgetAdvice.SetSelector)];
        }

        if (context.UndecidedWithout(Needs) is { } undecided)
        {
            return JudgeAlone(subject) is { } certain ? [certain, undecided] : [undecided];
        }

        var coverage = BudgetCoverage.Of(selector, context.Related);
        if (coverage.Owners.Count == 0)
        {
            var nothing = SelectsNothing(subject, selector, context);
            return JudgeAlone(subject) is { } certain ? [certain, nothing] : [nothing];
        }

        // Operators may make pods with these labels too, and give them a scale.
        var hasNoScale = coverage.HasNoScale && context.Related.Workloads.ReplicatedResources.Count == 0;
        List<RuleResult> results = [];
        Add(coverage.Replicas is { } replicas ? JudgeAgainst(subject, coverage, replicas, context.Related)
            : hasNoScale ? JudgeWithoutScale(subject, coverage, context)
            : JudgeAlone(subject));
        Add(JudgeSharing(selector, coverage));
        Add(JudgeOverlap(subject, coverage, context.Related.DisruptionBudgets));
        Add(coverage.Uncounted is { } owner && !(hasNoScale && NeedsScale(subject))
            ? new Undecided($"the replicas of {Name(owner)} are not known here")
            : null);
        return results;

        void Add(RuleResult? result)
        {
            if (result is not null)
            {
                results.Add(result);
            }
        }
    }

    /// <summary>Where nobody asks, as in a run over manifests, the budget itself is judged at this floor; it says so, once.</summary>
    public IEnumerable<RuleResult> Validate(Autoscaler subject, RuleContext context) =>
        context.User is null ? []
        : context.UndecidedWithout(Needs) is { } undecided ? [undecided]
        : AutoscaledBudget.Judge(subject, context.Related) is { } violation ? [violation]
        : [];

    /// <summary>What is wrong whatever the workload.</summary>
    private static Violation? JudgeAlone(Budget subject) => subject.AllowedDisruptions(AnyNumber, AnyNumber) switch
    {
        0 => new(FieldOf(subject), $"{ValueOf(subject)}, {Blocks}", () => BudgetAdvice.LetOneGo(subject)),
        AnyNumber => new(FieldOf(subject), $"{ValueOf(subject)}, {ProtectsNothing}", () => BudgetAdvice.LetOneGo(subject)),
        _ => null,
    };

    /// <summary>What is wrong for this many pods.</summary>
    private static Violation? JudgeAgainst(Budget subject, BudgetCoverage coverage, int replicas, RelatedObjects related)
    {
        if (subject.AllowedDisruptions(AnyNumber, AnyNumber) == 0)
        {
            return JudgeAlone(subject);
        }

        var allowed = subject.AllowedDisruptions(replicas, replicas);
        if (replicas > 0 && allowed == 0)
        {
            return new(FieldOf(subject), $"{ValueOf(subject, coverage, replicas)}, {Blocks}", () => BudgetAdvice.LetSomeGo(subject, coverage, replicas, related));
        }

        return replicas > 1 && allowed == replicas
            ? new(FieldOf(subject), $"{ValueOf(subject, coverage, replicas)}, {ProtectsNothing}", () => BudgetAdvice.LetOneGo(subject))
            : null;
    }

    /// <summary>
    /// Kubernetes adds the pods that there should be up from the scales of what made them. It leaves Pods that nothing made out, so that none are
    /// expected, and gives up over those of a DaemonSet or a Job; either way it lets none be evicted.
    /// </summary>
    private static Violation? JudgeWithoutScale(Budget subject, BudgetCoverage coverage, RuleContext context)
    {
        if (!NeedsScale(subject))
        {
            return JudgeAlone(subject) is { } alone ? alone with { Fix = () => BudgetAdvice.CountWhatStays(subject) } : null;
        }

        var owners = coverage.Owners;
        return new(
            FieldOf(subject),
            $"{ValueOf(subject)}, which lets no pod be evicted: Kubernetes cannot work it out for {Names(owners)}, which "
                + $"{(owners.Count == 1 ? "has" : "have")} no scale; must be a whole number in minAvailable",
            () => BudgetAdvice.CountWhatStays(subject))
        {
            AtMost = context.IsArriving ? ValidationAction.Audit : null,
        };
    }

    /// <summary>Whether Kubernetes has to know how many pods there should be.</summary>
    private static bool NeedsScale(Budget subject) => subject is { MaxUnavailable: not null } or { MinAvailable.IsPercent: true };

    /// <summary>A drain counts the pods of one workload against those of another: it may take all of one and none of the other.</summary>
    private static Violation? JudgeSharing(LabelSelector selector, BudgetCoverage coverage) => !selector.IsEmpty || coverage.Running.Count < 2
        ? null
        : new(
            Selector,
            $"is empty and selects every pod of the namespace; must select those of one workload: {Names(coverage)} share this budget",
            () => $"Give each workload a budget of its own. {BudgetAdvice.Select(coverage.Running[0].Workload)}");

    private static Violation? JudgeOverlap(Budget subject, BudgetCoverage coverage, DisruptionBudgetIndex budgets)
    {
        foreach (var owner in coverage.Owners)
        {
            foreach (var other in budgets.Selecting(owner.Template.Metadata.Labels))
            {
                // One that HaWebhook made is gone after the next audit.
                if (other.Metadata.Name != subject.Metadata.Name && subject.DefaultOf.Length == 0 && other.DefaultOf.Length == 0)
                {
                    return new(
                        Selector,
                        $"overlaps {Name(other)} on the pods of {Name(owner)}, whose evictions then fail; must be their only budget",
                        () => $"Delete one of the two budgets, or narrow the selector of one so that it leaves {Name(owner)} out.");
                }
            }
        }

        return null;
    }

    /// <summary>Operators alone know the labels of their pods; and Helm installs budgets before workloads.</summary>
    private static RuleResult SelectsNothing(Budget subject, LabelSelector selector, RuleContext context)
    {
        var workloads = context.Related.Workloads;
        if (workloads.ReplicatedResources.Count > 0)
        {
            var first = workloads.ReplicatedResources.InOrder().First();
            return new Undecided($"the labels of the pods of {first.Kind} {first.Metadata.Name} are not known here");
        }

        if (workloads.PodOwners.Count == 0)
        {
            return Undecided.WithoutAnyWorkload;
        }

        return new Violation(
            Selector,
            $"selects {SingleLine.Of(selector.ToString(), longest: 200)}, which no workload's pods carry; must select the pods of a workload",
            () => BudgetAdvice.SelectSomething(subject, selector, workloads))
        {
            AtMost = context.IsArriving ? ValidationAction.Audit : null,
        };
    }

    private static string FieldOf(Budget subject) => subject is { MaxUnavailable: null, MinAvailable: not null } ? MinAvailable : MaxUnavailable;

    private static string ValueOf(Budget subject) =>
        (subject.MaxUnavailable ?? subject.MinAvailable) is { } amount ? $"is {amount}" : "is missing, and so is minAvailable";

    private static string ValueOf(Budget subject, BudgetCoverage coverage, int replicas)
    {
        var part = (subject.MaxUnavailable ?? subject.MinAvailable) switch
        {
            { IsPercent: true, Value: <= 100 } percent => string.Create(CultureInfo.InvariantCulture, $" ({percent.Of(replicas, roundUp: true)}) of"),
            { } amount when amount.IsPercent || amount.Value > replicas => ", more than",
            _ => " of",
        };
        var pods = replicas == 1 ? "one replica" : string.Create(CultureInfo.InvariantCulture, $"{replicas} replicas");
        return $"{ValueOf(subject)}{part} the {pods} of {Names(coverage)}";
    }

    private static string Names(IReadOnlyList<KubernetesObject> items) => items.Count switch
    {
        1 => Name(items[0]),
        2 => $"{Name(items[0])} and {Name(items[1])}",
        var count => string.Create(CultureInfo.InvariantCulture, $"{Name(items[0])}, {Name(items[1])} and {count - 2} more"),
    };

    private static string Names(BudgetCoverage coverage) => Names([.. coverage.Running.Select(running => running.Workload)]);

    private static string Name(KubernetesObject item) => $"{item.Kind} {item.Metadata.Name}";
}
