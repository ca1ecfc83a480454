namespace HaWebhook.Policy.Objects;

/// <summary>A PodDisruptionBudget of <c>policy/v1</c>: how many pods a drain may take at a time.</summary>
public sealed record PodDisruptionBudget : KubernetesObject
{
    /// <summary><c>spec.selector</c>. Null where absent: it then selects no pods, while an empty one selects all of the namespace.</summary>
    public LabelSelector? Selector { get; init; }

    /// <summary>
    /// <c>spec.minAvailable</c>: pods that must stay; a percentage is rounded up. Null where absent. Where <see cref="MaxUnavailable"/> is absent
    /// too no pod may be evicted at all (Kubernetes 1.32, disruption controller).
    /// </summary>
    public IntOrPercent? MinAvailable { get; init; }

    /// <summary><c>spec.maxUnavailable</c>: pods that may be missing; a percentage is rounded up. Null where absent.</summary>
    public IntOrPercent? MaxUnavailable { get; init; }

    /// <summary>
    /// <c>spec.unhealthyPodEvictionPolicy</c>: <c>IfHealthyBudget</c> or <c>AlwaysAllow</c>. Empty where absent, which means the former: pods that
    /// run but are not ready are evicted only while the budget is met without them.
    /// </summary>
    public string UnhealthyPodEvictionPolicy { get; init; } = "";

    /// <summary>
    /// The uid of the workload for which HaWebhook made it, because its author brought none; empty for a budget of somebody's own. It gives way as soon
    /// as there is another.
    /// </summary>
    public string DefaultOf { get; init; } = "";

    /// <summary>Whether it is about pods with these labels, in its own namespace.</summary>
    public bool Selects(IReadOnlyDictionary<string, string> podLabels) => Selector?.Matches(podLabels) ?? false;

    /// <summary>
    /// How many of its pods a drain may take now. 0 where no pods are expected, or neither field is given (Kubernetes 1.32, disruption controller).
    /// Where both fields are given, which the API server refuses, <see cref="MaxUnavailable"/> goes first, as in that controller.
    /// </summary>
    /// <param name="expected">The pods that there should be: the replicas of all workloads that it selects together.</param>
    /// <param name="healthy">The pods that are ready.</param>
    public int AllowedDisruptions(int expected, int healthy)
    {
        if (expected <= 0 || (MaxUnavailable ?? MinAvailable) is not { } amount)
        {
            return 0;
        }

        var pods = Share(amount, expected);
        var desired = MaxUnavailable is null ? pods : Math.Max(0, expected - pods);
        return Math.Max(0, healthy - desired);
    }

    /// <summary>
    /// The fewest replicas of which it lets one go, where it does so of some number that there can be.
    /// </summary>
    /// <param name="tooFew">A number of which it lets none go.</param>
    internal long FewestThatLetOneGo(int tooFew)
    {
        if (MinAvailable is { IsPercent: false } pods)
        {
            return pods.Value + 1L;
        }

        // Below 100 % one of a hundred pods may go at the latest.
        var enough = tooFew + 1;
        while (AllowedDisruptions(enough, enough) == 0)
        {
            enough++;
        }

        return enough;
    }

    /// <summary>More than all is no more than all; the API server refuses a percentage above 100.</summary>
    private static int Share(IntOrPercent amount, int expected) =>
        (amount.IsPercent ? amount with { Value = Math.Min(amount.Value, 100) } : amount).Of(expected, roundUp: true);
}
