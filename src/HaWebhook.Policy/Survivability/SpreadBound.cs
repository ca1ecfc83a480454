namespace HaWebhook.Policy.Survivability;

/// <summary>
/// How far a workload's pods must be spread over nodes or zones, whatever the scheduler prefers: by required pod anti-affinity and by spread
/// constraints with <c>DoNotSchedule</c> that select them. Both are looked at when a pod is scheduled, and not again when others go.
/// </summary>
/// <param name="TopologyKey">The node label that tells the nodes or zones apart.</param>
/// <param name="IsRequired">Whether anything demands it.</param>
/// <param name="IsPreferred">
/// Whether the scheduler tries for it: by preferred anti-affinity, by <c>ScheduleAnyway</c>, or because the pods have no spread constraint, so that
/// the scheduler's own apply.
/// </param>
/// <param name="Domains">The nodes or zones that its pods may go to; null where nodes are not known.</param>
/// <param name="MostInOne">The most of its pods that one of them may hold; null where the number of domains is not known and decides.</param>
/// <param name="CanRun">
/// The most of its pods that the demands let run there; the others stay <c>Pending</c>. Null like <paramref name="MostInOne"/>.
/// </param>
/// <param name="SurvivesFrom">The fewest domains from which on the loss of any one leaves its minimum, for certain; null where no number does.</param>
/// <param name="Leaves">The fewest pods that such a loss then leaves; null like <paramref name="SurvivesFrom"/>.</param>
public sealed record SpreadBound(
    string TopologyKey, bool IsRequired, bool IsPreferred, int? Domains, int? MostInOne, int? CanRun, int? SurvivesFrom, int? Leaves);
