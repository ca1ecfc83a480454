using System.Globalization;

namespace HaWebhook.Policy.Survivability;

/// <summary>What the drain of a node takes of a workload before any of its pods is ready elsewhere.</summary>
/// <remarks>
/// <c>kubectl drain</c> asks for the eviction of all pods of the node at once, except mirror pods and those of DaemonSets, and asks again where a budget
/// refuses. Of the pods of one budget as many go as it allows, whichever; of a workload that shares its budget with others in the worst case only its own.
/// Pods that several budgets select are never evicted (eviction subresource, Kubernetes 1.32). Pods without a controller go with <c>--force</c>.
/// </remarks>
internal static class Drains
{
    /// <summary>How many of a workload's pods that serve the drain of each node may take at once, where it takes any.</summary>
    public static Dictionary<string, int> TakenOf(Subject subject)
    {
        var free = new Dictionary<string, int>(StringComparer.Ordinal);
        Dictionary<(string Node, BudgetState Budget), int>? held = null;
        foreach (var placed in subject.Counted)
        {
            var node = placed.Pod.NodeName;
            if (!placed.Pod.IsHealthy || node.Length == 0 || placed.StaysInDrain || placed.Budgets.Count > 1)
            {
                continue;
            }

            if (placed.Budgets is [var budget])
            {
                held ??= [];
                held[(node, budget)] = held.GetValueOrDefault((node, budget)) + 1;
            }
            else
            {
                free[node] = free.GetValueOrDefault(node) + 1;
            }
        }

        foreach (var ((node, budget), count) in held ?? [])
        {
            if (budget.Allowed > 0)
            {
                free[node] = free.GetValueOrDefault(node) + Math.Min(count, budget.Allowed);
            }
        }

        return free;
    }

    /// <summary>The verdict on the drain of any one node.</summary>
    /// <param name="subject">The workload.</param>
    /// <param name="taken">What the drain of each node takes.</param>
    /// <param name="loss">The verdict on the loss of a node, which takes no less.</param>
    public static FailureVerdict Judge(Subject subject, Dictionary<string, int> taken, FailureVerdict loss)
    {
        if (Losses.DownAlready(subject) is { } down)
        {
            return down;
        }

        if (!subject.Space.KnowsBudgets && loss.Outcome != Outcome.Survives)
        {
            return new(Outcome.Unknown, $"The PodDisruptionBudgets of namespace {subject.Space.Name} are not known.");
        }

        var (node, most) = ("", 0);
        foreach (var (name, count) in taken)
        {
            if (count > most || (count == most && string.CompareOrdinal(name, node) < 0))
            {
                (node, most) = (name, count);
            }
        }

        var outcome = subject.Without(most);
        var left = subject.Ready - most;
        return outcome == Outcome.Survives
            ? new(
                outcome,
                most == 0
                    ? "A drain evicts none of its pods."
                    : string.Create(CultureInfo.InvariantCulture, $"A drain evicts at most {most} of its {Words.Count(subject.Ready, "ready pod")} at once."))
            {
                Remaining = left,
                Domain = node,
            }
            : new(outcome, $"{Words.LostOf(subject.Ready, most)} evicted at once when node {node} is drained{Words.Left(subject, left)}.")
            {
                Remaining = left,
                Domain = node,
                Mend = MendOf(subject, node),
            };
    }

    /// <summary>What keeps a drain from taking too many at once.</summary>
    public static Mend? MendOf(Subject subject, string node)
    {
        if (subject.IsBarePod)
        {
            return Mends.BarePod();
        }

        if (subject.Need.Desired - 1 < subject.Need.Minimum)
        {
            return Mends.Replicas(subject, Math.Max(subject.Need.Own + 1, subject.Need.FewestToLoseOne));
        }

        foreach (var placed in subject.Counted)
        {
            if (placed.Pod.NodeName == node && placed.Budgets is [var budget])
            {
                return Mends.TighterBudget(budget);
            }
        }

        return Mends.Budget(subject);
    }
}
