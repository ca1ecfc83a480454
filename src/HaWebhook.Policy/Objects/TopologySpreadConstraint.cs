namespace HaWebhook.Policy.Objects;

/// <summary>A rule that the scheduler follows to spread pods over nodes or zones.</summary>
/// <param name="MaxSkew">By how many pods two domains may differ.</param>
/// <param name="TopologyKey">The node label whose values are the domains.</param>
/// <param name="WhenUnsatisfiable"><c>DoNotSchedule</c> or <c>ScheduleAnyway</c>.</param>
/// <param name="LabelSelector">The pods that are counted; null counts none.</param>
/// <param name="MatchLabelKeys">Labels whose values, taken from the pod itself, narrow the selector; null for none.</param>
/// <param name="MinDomains">
/// While there are fewer domains, none may hold more pods than <paramref name="MaxSkew"/>; null where absent, which means 1. With
/// <c>DoNotSchedule</c> only.
/// </param>
public sealed record TopologySpreadConstraint(
    int MaxSkew,
    string TopologyKey,
    string WhenUnsatisfiable,
    LabelSelector? LabelSelector,
    IReadOnlyList<string>? MatchLabelKeys = null,
    int? MinDomains = null)
{
    /// <summary>
    /// What <see cref="MatchLabelKeys"/> should be for the pods of this owner; null for nothing. Without the revision's hash a rollout counts old pods
    /// and new ones together and leaves the new ones skewed. The API server refuses a key that the selector names as well.
    /// </summary>
    internal static IReadOnlyList<string>? KeysOfRevision(PodOwner owner, LabelSelector selector) =>
        owner is Workload { Kind: "Deployment", Group: "apps" } && !selector.Names(WellKnownLabels.PodTemplateHash) ? _revision : null;

    private static readonly string[] _revision = [WellKnownLabels.PodTemplateHash];
}
