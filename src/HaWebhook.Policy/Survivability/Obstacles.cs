using System.Globalization;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Survivability;

/// <summary>Finds what holds the drain of a node up, now or for good.</summary>
internal static class Obstacles
{
    /// <summary>Whether a node can be drained, and what is in the way.</summary>
    /// <param name="pods">The pods on it that have not ended.</param>
    public static (DrainState State, IReadOnlyList<DrainObstacle> Found) OfNode(IReadOnlyList<Placed> pods)
    {
        var state = DrainState.Free;
        Dictionary<BudgetState, (int Ready, int Unready, List<Subject> Subjects)>? held = null;
        SortedDictionary<string, (List<Placed> Pods, IReadOnlyList<BudgetState> Budgets)>? shared = null;
        List<DrainObstacle>? found = null;
        foreach (var placed in pods)
        {
            // What does not run yet, or is on its way out, goes without asking its budget.
            if (placed.StaysInDrain || placed.Pod.IsTerminating)
            {
                continue;
            }

            if (placed.Pod.Controller is null)
            {
                Add(OfBarePod(placed), placed.Subject);
            }

            if (placed.Pod.Phase == PodPhase.Pending)
            {
                continue;
            }

            if (placed.Budgets.Count > 1)
            {
                shared ??= new(StringComparer.Ordinal);
                var key = string.Join(' ', placed.Budgets.Select(budget => budget.Name).Prepend(placed.Pod.Namespace));
                if (!shared.TryGetValue(key, out var group))
                {
                    shared.Add(key, group = ([], placed.Budgets));
                }

                group.Pods.Add(placed);
            }
            else if (placed.Budgets is [var budget])
            {
                held ??= [];
                var (ready, unready, subjects) = held.GetValueOrDefault(budget, (0, 0, []));
                if (placed.Subject is { } subject && !subjects.Contains(subject))
                {
                    subjects.Add(subject);
                }

                held[budget] = placed.Pod.IsHealthy ? (ready + 1, unready, subjects) : (ready, unready + 1, subjects);
            }
        }

        foreach (var group in shared?.Values ?? Enumerable.Empty<(List<Placed> Pods, IReadOnlyList<BudgetState> Budgets)>())
        {
            AddAll(OfSeveral(group.Budgets, group.Pods.Count), group.Pods.Select(placed => placed.Subject).OfType<Subject>().Distinct());
        }

        foreach (var (budget, (ready, unready, subjects)) in held ?? [])
        {
            // Those that are not ready cost nothing: the budget counts only those that are.
            var asking = ready + (budget.LetsUnhealthyGo || budget.IsMet || budget.Allowed > 0 ? 0 : unready);
            if (asking <= budget.Allowed)
            {
                continue;
            }

            if (budget is { Allowed: > 0, AllowedWhenWell: > 0 })
            {
                state = Worse(state, DrainState.InTurns);
            }
            else
            {
                AddAll(budget.AllowedWhenWell == 0 ? OfBudget(budget, asking) : OfUnmet(budget, asking, ready < asking), subjects);
            }
        }

        found?.Sort(static (one, other) =>
            one.State != other.State ? other.State.CompareTo(one.State)
            : string.CompareOrdinal(one.Namespace, other.Namespace) is not 0 and var byNamespace ? byNamespace
            : string.CompareOrdinal(one.Reason, other.Reason));
        return (state, found ?? (IReadOnlyList<DrainObstacle>)[]);

        void Add(DrainObstacle obstacle, Subject? subject) => AddAll(obstacle, subject is null ? [] : [subject]);

        void AddAll(DrainObstacle obstacle, IEnumerable<Subject> subjects)
        {
            state = Worse(state, obstacle.State);
            (found ??= []).Add(obstacle);
            foreach (var subject in subjects)
            {
                subject.AddObstacle(obstacle);
            }
        }
    }

    /// <summary>What holds the drain of any node of a workload of manifests up; null for nothing.</summary>
    public static DrainObstacle? OfManifest(Subject subject, IReadOnlyList<BudgetState> budgets) =>
        budgets.Count > 1 ? OfSeveral(budgets, subject.Need.Own)
        : budgets is [{ AllowedWhenWell: 0 } budget] ? OfBudget(budget, subject.Need.Own)
        : subject.IsBarePod ? OfBarePod(subject.Space.Name, subject.Owner.Name)
        : null;

    private static DrainObstacle OfBarePod(Placed placed) => OfBarePod(placed.Pod.Namespace, placed.Pod.Name);

    private static DrainObstacle OfBarePod(string @namespace, string name) => new(
        DrainState.NeedsForce,
        @namespace,
        [],
        1,
        $"Pod {name} has no controller, so that kubectl drain refuses to delete it without --force.",
        Mends.BarePod());

    private static DrainObstacle OfSeveral(IReadOnlyList<BudgetState> budgets, int pods)
    {
        var names = budgets.Select(budget => budget.Name).ToList();
        return new(
            DrainState.Blocked,
            budgets[0].Space.Name,
            names,
            pods,
            $"PodDisruptionBudgets {string.Join(" and ", names)} select the same pods, whose evictions then fail.",
            new(
                $"PodDisruptionBudget/{names[1]} spec.selector",
                $"overlaps PodDisruptionBudget {names[0]}; must be the only budget of its pods",
                "Delete one of the two budgets, or narrow the selector of one so that it leaves the other's pods out."));
    }

    private static DrainObstacle OfBudget(BudgetState budget, int pods) => new(
        DrainState.Blocked,
        budget.Space.Name,
        [budget.Name],
        pods,
        budget.LacksScale
            ? $"PodDisruptionBudget {budget.Name} lets no pod go: Kubernetes cannot work it out for pods of a DaemonSet or a Job, which have no scale."
            : $"PodDisruptionBudget {budget.Name} lets no pod go even when all of them are ready.",
        MendOf(budget));

    private static DrainObstacle OfUnmet(BudgetState budget, int pods, bool areSomeUnready) => new(
        DrainState.Waits,
        budget.Space.Name,
        [budget.Name],
        pods,
        string.Create(
            CultureInfo.InvariantCulture,
            $"PodDisruptionBudget {budget.Name} lets no pod go now: "
                + $"{Words.Count(budget.Healthy, "pod")} of {budget.Expected} {(budget.Healthy == 1 ? "is" : "are")} ready."),
        areSomeUnready
            ? new(
                $"PodDisruptionBudget/{budget.Name} spec.unhealthyPodEvictionPolicy",
                "is IfHealthyBudget, which keeps pods that are not ready from being evicted; must be AlwaysAllow",
                "Set spec.unhealthyPodEvictionPolicy to AlwaysAllow.")
            : null);

    private static Mend MendOf(BudgetState state)
    {
        var budget = state.Budget;
        var message = $"{((budget.MaxUnavailable ?? budget.MinAvailable) is { } amount ? $"is {amount}" : "is missing, and so is minAvailable")}"
            + ", which blocks every drain; must let at least one pod go";
        var coverage = BudgetCoverage.Of(budget.Selector!, state.Space.Related);
        var isCounted = !state.LacksScale && coverage.Replicas is > 0 && budget.AllowedDisruptions(int.MaxValue, int.MaxValue) > 0;
        return new(
            Mends.FieldOf(state),
            message,
            state.LacksScale ? BudgetAdvice.CountWhatStays(budget)
                : isCounted ? BudgetAdvice.LetSomeGo(budget, coverage, coverage.Replicas!.Value, state.Space.Related)
                : BudgetAdvice.LetOneGo(budget));
    }

    private static DrainState Worse(DrainState one, DrainState other) => one > other ? one : other;
}
