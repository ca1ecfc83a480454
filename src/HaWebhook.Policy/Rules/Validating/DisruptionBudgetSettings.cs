using System.Globalization;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Manifests;
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
/// one selected nothing, are judged as what they become). Pods of which the namespace's workloads tell no number leave the rule undecided. The
/// eviction API answers 500 for a pod that two budgets select (Kubernetes 1.32, eviction subresource).</para>
/// </remarks>
internal sealed class DisruptionBudgetSettings : IValidatingRule<Budget>
{
    private const RelatedKinds Needs = RelatedKinds.Workloads | RelatedKinds.DisruptionBudgets | RelatedKinds.Autoscalers;
    private const string Selector = "spec.selector";
    private const string MinAvailable = "spec.minAvailable";
    private const string MaxUnavailable = "spec.maxUnavailable";
    private const string SetSelector = "Set spec.selector to the selector of the workload.";
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
        Judges = "PodDisruptionBudgets.",
        Reads =
        [
            "spec.minAvailable: pods that must stay, a percentage rounded up; absent means that maxUnavailable decides",
            "spec.maxUnavailable: pods that may go, a percentage rounded up; absent as well means that none may",
            "spec.selector: absent selects nothing, empty selects everything",
            "the effective replicas of the workloads that it selects, added up (of an autoscaled workload the autoscaler's floor)",
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
            return [new Violation(Selector, "is missing and so selects no pods; must select the pods of a workload", () => SetSelector)];
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

        List<RuleResult> results = [];
        Add(coverage.Replicas is { } replicas ? JudgeAgainst(subject, coverage, replicas, context.Related) : JudgeAlone(subject));
        Add(JudgeSharing(selector, coverage));
        Add(JudgeOverlap(subject, coverage, context.Related.DisruptionBudgets));
        Add(coverage.Uncounted is { } owner ? new Undecided($"the replicas of {Name(owner)} are not known here") : null);
        return results;

        void Add(RuleResult? result)
        {
            if (result is not null)
            {
                results.Add(result);
            }
        }
    }

    /// <summary>What is wrong whatever the workload.</summary>
    private static Violation? JudgeAlone(Budget subject) => subject.AllowedDisruptions(AnyNumber, AnyNumber) switch
    {
        0 => new(FieldOf(subject), $"{ValueOf(subject)}, {Blocks}", () => Sentence(LetOneGo(subject))),
        AnyNumber => new(FieldOf(subject), $"{ValueOf(subject)}, {ProtectsNothing}", () => Sentence(LetOneGo(subject))),
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
            return new(FieldOf(subject), $"{ValueOf(subject, coverage, replicas)}, {Blocks}", () => FixOfBlocking(subject, coverage, replicas, related));
        }

        return replicas > 1 && allowed == replicas
            ? new(FieldOf(subject), $"{ValueOf(subject, coverage, replicas)}, {ProtectsNothing}", () => Sentence(LetOneGo(subject)))
            : null;
    }

    /// <summary>A drain counts the pods of one workload against those of another: it may take all of one and none of the other.</summary>
    private static Violation? JudgeSharing(LabelSelector selector, BudgetCoverage coverage) => !selector.IsEmpty || coverage.Running.Count < 2
        ? null
        : new(
            Selector,
            $"is empty and selects every pod of the namespace; must select those of one workload: {Names(coverage)} share this budget",
            () => $"Give each workload a budget of its own. {FixOfSelector(coverage.Running[0].Workload)}");

    private static Violation? JudgeOverlap(Budget subject, BudgetCoverage coverage, DisruptionBudgetIndex budgets)
    {
        foreach (var owner in coverage.Owners)
        {
            foreach (var other in budgets.Selecting(owner.Template.Metadata.Labels))
            {
                if (other.Metadata.Name != subject.Metadata.Name)
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
            () => FixOfSelectingNothing(subject, workloads))
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

    private static string LetOneGo(Budget subject) => subject is { MaxUnavailable: null, MinAvailable: not null }
        ? "replace spec.minAvailable by maxUnavailable: 1"
        : "set spec.maxUnavailable to 1";

    private static string FixOfBlocking(Budget subject, BudgetCoverage coverage, int replicas, RelatedObjects related)
    {
        if (coverage.Running.Count != 1)
        {
            return Sentence(LetOneGo(subject));
        }

        var (workload, effective) = coverage.Running[0];
        if (LoneClaim.Of(workload, related) is { } claim)
        {
            return $"{Sentence(LetOneGo(subject))} More replicas would all mount the claim {claim}, which only one node can use unless it is ReadWriteMany.";
        }

        var field = effective.Autoscaler is { } autoscaler ? $"{autoscaler.FloorField} of {Name(autoscaler)}" : $"spec.replicas of {Name(workload)}";
        var raise = string.Create(CultureInfo.InvariantCulture, $"set {field} to {Enough(subject, replicas)} or more");
        return replicas == 1
            ? $"{Sentence(raise)} If there has to be just one pod, {LetOneGo(subject)}; a drain then takes it down."
            : Sentence($"{LetOneGo(subject)}, or {raise}");
    }

    private static string Sentence(string words) => $"{char.ToUpperInvariant(words[0])}{words[1..]}.";

    /// <summary>The fewest replicas of which the budget lets one go. It lets one of more pods go than there can be, so there are some.</summary>
    private static long Enough(Budget subject, int replicas)
    {
        if (subject.MinAvailable is { IsPercent: false } pods)
        {
            return pods.Value + 1L;
        }

        // Below 100 % one of a hundred pods may go at the latest.
        var enough = replicas + 1;
        while (subject.AllowedDisruptions(enough, enough) == 0)
        {
            enough++;
        }

        return enough;
    }

    /// <summary>Names the workload that the budget is named for, else the only one that there is.</summary>
    private static string FixOfSelectingNothing(Budget subject, WorkloadIndex index)
    {
        var workloads = index.PodOwners.OfType<Workload>().Where(workload => workload.Metadata.Name.Length > 0).InOrder().ToList();
        var meant = workloads
            .Where(workload => subject.Metadata.Name.StartsWith(workload.Metadata.Name, StringComparison.Ordinal))
            .MaxBy(workload => workload.Metadata.Name.Length);
        return (meant ?? (workloads.Count == 1 ? workloads[0] : null)) is { } workload
            ? FixOfSelector(workload)
            : SetSelector;
    }

    private static string FixOfSelector(Workload workload) => workload.PodSelector is { IsEmpty: false } selector
        ? $"For {Name(workload)} set spec.selector to {FlowYaml.Selector(selector)}."
        : $"Label the pods of {Name(workload)}, and select them.";

    private static string Names(BudgetCoverage coverage)
    {
        var first = Name(coverage.Running[0].Workload);
        return coverage.Running.Count switch
        {
            1 => first,
            2 => $"{first} and {Name(coverage.Running[1].Workload)}",
            var count => string.Create(CultureInfo.InvariantCulture, $"{first}, {Name(coverage.Running[1].Workload)} and {count - 2} more"),
        };
    }

    private static string Name(KubernetesObject item) => $"{item.Kind} {item.Metadata.Name}";
}
