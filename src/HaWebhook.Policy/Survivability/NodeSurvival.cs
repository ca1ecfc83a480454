namespace HaWebhook.Policy.Survivability;

/// <summary>What the loss or the drain of a node means.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Zone">Its zone; empty where that is not known.</param>
/// <param name="Pods">The pods on it that have not ended.</param>
/// <param name="Loss">What its sudden loss takes down.</param>
/// <param name="DuringDrain">What its drain takes down.</param>
/// <param name="Drain">Whether it can be drained.</param>
/// <param name="Obstacles">What holds its drain up, the gravest first; empty where nothing does.</param>
/// <param name="KnowsBudgets">Whether the disruption budgets of all its pods are known; else others may hold its drain up.</param>
public sealed record NodeSurvival(
    string Name,
    string Zone,
    int Pods,
    DomainFailure Loss,
    DomainFailure DuringDrain,
    DrainState Drain,
    IReadOnlyList<DrainObstacle> Obstacles,
    bool KnowsBudgets);

/// <summary>What the loss of a zone means.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Nodes">Its nodes.</param>
/// <param name="Pods">The pods on them that have not ended.</param>
/// <param name="Loss">What its loss takes down.</param>
public sealed record ZoneSurvival(string Name, int Nodes, int Pods, DomainFailure Loss);

/// <summary>What the failure of a node or zone does to workloads. Those that survive it, and those that are down already, are not listed.</summary>
/// <param name="Down">Those that are down.</param>
/// <param name="Degraded">Those that are degraded.</param>
public sealed record DomainFailure(IReadOnlyList<WorkloadSurvival> Down, IReadOnlyList<WorkloadSurvival> Degraded)
{
    /// <summary>Nothing suffers.</summary>
    public static readonly DomainFailure None = new([], []);
}

/// <summary>Whether a node can be drained, from best to worst.</summary>
public enum DrainState
{
    /// <summary>All its pods can go at once.</summary>
    Free,

    /// <summary>Disruption budgets let them go in turns, as their successors become ready elsewhere.</summary>
    InTurns,

    /// <summary>The budget of some pods is not met now; it goes on once enough of them are ready.</summary>
    Waits,

    /// <summary><c>kubectl drain</c> refuses to begin without <c>--force</c>, because a pod would not come back.</summary>
    NeedsForce,

    /// <summary>It never ends, even with every pod ready, until somebody changes a disruption budget.</summary>
    Blocked,
}

/// <summary>What holds a drain up.</summary>
/// <param name="State">What it makes of the drain.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Budgets">The disruption budgets; empty where a pod has no controller.</param>
/// <param name="Pods">How many pods are held up by it: of a node those there, of a workload all.</param>
/// <param name="Reason">Why, as one sentence on one line.</param>
/// <param name="Mend">What would mend it; null where waiting is enough.</param>
public sealed record DrainObstacle(DrainState State, string Namespace, IReadOnlyList<string> Budgets, int Pods, string Reason, Mend? Mend);
