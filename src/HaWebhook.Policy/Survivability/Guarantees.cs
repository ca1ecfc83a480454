using System.Globalization;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Survivability;

/// <summary>
/// What manifests alone say of a failure: what their constraints guarantee, from how many nodes or zones on, and what is merely likely.
/// </summary>
internal static class Guarantees
{
    /// <summary>The verdict on the loss of any one node or zone.</summary>
    /// <param name="subject">The workload.</param>
    /// <param name="bound">How its constraints spread it over them.</param>
    /// <param name="wider">How they spread it over zones, where the loss of a node is asked for: it takes no more than that of its zone.</param>
    public static FailureVerdict OfLoss(Subject subject, SpreadBound bound, SpreadBound? wider)
    {
        var desired = subject.Need.Desired;
        var one = Words.DomainOf(bound.TopologyKey);
        if (subject.Without(desired, 1) == Outcome.Down)
        {
            return new(
                Outcome.Down,
                desired == 1
                    ? $"Its only pod is down with its {one}."
                    : string.Create(CultureInfo.InvariantCulture, $"Each of {desired} {subject.Need.Members} is needed for a majority."))
            {
                Remaining = desired - 1,
                Mend = Mends.OfLoss(subject, bound, bound.Domains, Outcome.Down),
            };
        }

        if (subject.Source is not Workload workload)
        {
            return new(Outcome.Unknown, $"How its operator spreads its pods over {one}s is not known here.");
        }

        if (OnlyOne(workload, bound.TopologyKey) is { } field)
        {
            return new(Outcome.Down, $"All its pods are tied to one {one}.")
            {
                Remaining = 0,
                Mend = new(field, $"ties all pods to one {one}; must leave a choice", $"Let the pods run elsewhere as well: remove the {one} from {field}."),
            };
        }

        if (bound.Domains is { } domains)
        {
            return OfKnown(subject, bound, domains);
        }

        return Conditional(subject, bound)
            ?? (wider is null ? null : Conditional(subject, wider))
            ?? Wished(subject, bound);
    }

    /// <summary>The verdict on the drain of any one node.</summary>
    public static FailureVerdict OfDrain(Subject subject, FailureVerdict loss)
    {
        if (!subject.Space.KnowsBudgets)
        {
            return loss.Outcome == Outcome.Survives
                ? loss
                : new(Outcome.Unknown, $"The PodDisruptionBudgets of namespace {subject.Space.Name} are not known.");
        }

        if (subject.Source is not PodOwner owner)
        {
            return new(Outcome.Unknown, "Which PodDisruptionBudgets select its pods is not known here.");
        }

        var budgets = subject.Space.BudgetsOf(owner.Template.Metadata.Labels);
        if (budgets.Count > 1)
        {
            return new(Outcome.Survives, "A drain evicts none of its pods.") { Remaining = subject.Need.Desired };
        }

        if (budgets is [var budget])
        {
            var taken = Math.Min(budget.Allowed, subject.Need.Own);
            var outcome = subject.Without(subject.Need.Desired, taken);
            if (outcome is not Outcome.Down)
            {
                return new(
                    outcome,
                    taken == 0
                        ? "A drain evicts none of its pods."
                        : string.Create(
                            CultureInfo.InvariantCulture,
                            $"Its disruption budget lets a drain evict {taken} of {Words.Count(subject.Need.Desired, "pod")} at once."))
                {
                    Remaining = subject.Need.Desired - taken,
                    Mend = outcome == Outcome.Degraded ? Mends.TighterBudget(budget) : null,
                };
            }
        }

        return loss.Outcome == Outcome.Survives
            ? loss
            : loss with
            {
                Reason = $"{(budgets.Count == 0 ? "No disruption budget holds" : "Its disruption budget does not hold")} a drain back. {loss.Reason}",
                Mend = budgets is [var lax] && subject.Need.Desired > subject.Need.Minimum ? Mends.TighterBudget(lax) : Drains.MendOf(subject, ""),
            };
    }

    private static FailureVerdict OfKnown(Subject subject, SpreadBound bound, int domains)
    {
        var desired = subject.Need.Desired;
        var one = Words.DomainOf(bound.TopologyKey);
        if (domains == 0)
        {
            return new(Outcome.Unknown, $"No {one} is there that takes its pods now.");
        }

        // At the best they are spread evenly, and members that run elsewhere are not struck.
        var own = subject.Need.Own;
        var runs = bound.CanRun ?? own;
        var fewest = (int)((runs + domains - 1L) / domains);
        var best = runs - fewest + Math.Max(desired - own, 0);
        if (best < subject.Need.Minimum)
        {
            return new(
                Outcome.Down,
                domains == 1
                    ? $"There is only one {one} for its pods."
                    : string.Create(CultureInfo.InvariantCulture, $"Of {domains} {one}s one has to hold {fewest} of its {own} pods."))
            {
                Remaining = best,
                Mend = Mends.OfLoss(subject, bound, domains, Outcome.Down),
            };
        }

        // At the worst all of those are.
        var most = bound.MostInOne ?? own;
        var left = runs - most;
        var worst = subject.With(left);
        if (bound.IsRequired && worst != Outcome.Down)
        {
            var pending = runs < own ? string.Create(CultureInfo.InvariantCulture, $", and only {runs} of them can run") : "";
            return new(worst, string.Create(CultureInfo.InvariantCulture, $"No {one} may hold more than {most} of its {own} pods{pending}."))
            {
                Remaining = left,
                Mend = worst == Outcome.Degraded ? Mends.OfLoss(subject, bound, domains, worst) : null,
            };
        }

        return Wished(subject, bound);
    }

    private static FailureVerdict? Conditional(Subject subject, SpreadBound bound)
    {
        if (bound.SurvivesFrom is not { } from)
        {
            return null;
        }

        var left = bound.Leaves!.Value;
        var worst = subject.With(left);
        return new(worst, string.Create(CultureInfo.InvariantCulture, $"Guaranteed if there are at least {Words.Count(from, Words.DomainOf(bound.TopologyKey))}."))
        {
            Certainty = Certainty.Conditional,
            AtLeastDomains = from,
            Remaining = left,
        };
    }

    private static FailureVerdict Wished(Subject subject, SpreadBound bound)
    {
        var one = Words.DomainOf(bound.TopologyKey);
        return bound.IsPreferred
            ? new(Outcome.Survives, $"The scheduler tries to spread its pods over {one}s, but nothing guarantees it.") { Certainty = Certainty.Likely }
            : new(Outcome.Unknown, $"Nothing spreads its pods over {one}s.") { Mend = Mends.Spread(subject, bound) };
    }

    /// <summary>The field that ties all pods to one node or zone; null where none does.</summary>
    private static string? OnlyOne(Workload workload, string key)
    {
        var spec = workload.Template.Spec;
        if (key == WellKnownLabels.Hostname && spec.NodeName.Length > 0)
        {
            return $"{workload.PodSpecField}.nodeName";
        }

        var isTied = NodeChoice.IsOneNode(spec) || NodeChoice.OnlyLabel(spec, key) is not null;
        return !isTied ? null
            : NodeChoice.KeyInSelector(spec, key) is { } selected ? $"{workload.PodSpecField}.nodeSelector[{selected}]"
            : spec.NodeName.Length > 0 ? $"{workload.PodSpecField}.nodeName"
            : $"{workload.PodSpecField}.affinity.nodeAffinity";
    }
}
