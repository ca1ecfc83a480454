namespace HaWebhook.Policy.Objects;

/// <summary>A rule that the scheduler follows to spread pods over nodes or zones.</summary>
/// <param name="MaxSkew">By how many pods two domains may differ.</param>
/// <param name="TopologyKey">The node label whose values are the domains.</param>
/// <param name="WhenUnsatisfiable"><c>DoNotSchedule</c> or <c>ScheduleAnyway</c>.</param>
/// <param name="LabelSelector">The pods that are counted; null counts none.</param>
/// <param name="MatchLabelKeys">Labels whose values, taken from the pod itself, narrow the selector; null for none.</param>
public sealed record TopologySpreadConstraint(
    int MaxSkew,
    string TopologyKey,
    string WhenUnsatisfiable,
    LabelSelector? LabelSelector,
    IReadOnlyList<string>? MatchLabelKeys = null);
