using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Tests.Survivability;

/// <summary>
/// A second way to the same answers, slow and without arithmetic: it plays every failure through, pod by pod and in every order. It knows its own
/// figures: what is ready, what a budget asks for, when a workload is down.
/// </summary>
/// <param name="cluster">The cluster.</param>
internal sealed class BruteForce(SmallCluster cluster)
{
    /// <summary>What is left of a workload at the worst when it loses the pods of any one node.</summary>
    public (Outcome Outcome, int Left) NodeLoss(SmallWorkload workload) => Worst(
        workload, cluster.Pods.Select(pod => pod.Node).Distinct().Select(node => cluster.Ready(workload).Count(pod => pod.Node != node)));

    /// <summary>The same of any one zone, for every way in which the nodes without a zone may be in one; null where those differ.</summary>
    public Outcome? ZoneLoss(SmallWorkload workload)
    {
        var ready = cluster.Ready(workload).ToList();
        var unknown = ready.Select(pod => pod.Node).Where(node => cluster.Zones[node] == "").Distinct().ToList();
        var zones = cluster.Zones.Values.Where(zone => zone != "").Distinct().Concat(unknown.Select(node => "of-" + node)).ToList();
        HashSet<Outcome> outcomes = [];
        Place(0, new(cluster.Zones));
        return outcomes.Count == 1 ? outcomes.Single() : null;

        void Place(int index, Dictionary<string, string> placed)
        {
            if (index == unknown.Count)
            {
                outcomes.Add(Worst(workload, placed.Values.Distinct().Select(zone => ready.Count(pod => placed[pod.Node] != zone))).Outcome);
                return;
            }

            foreach (var zone in zones)
            {
                Place(index + 1, new(placed) { [unknown[index]] = zone });
            }
        }
    }

    /// <summary>What is left of a workload at the worst while any one node is drained, in whatever order its pods are evicted, before any is replaced.</summary>
    public (Outcome Outcome, int Left) Drain(SmallWorkload workload)
    {
        List<int> left = [];
        foreach (var node in cluster.Zones.Keys)
        {
            var fewest = int.MaxValue;
            foreach (var gone in Reachable(Evictable(node)))
            {
                fewest = Math.Min(fewest, cluster.Ready(workload).Count(pod => !gone.Contains(pod)));
            }

            left.Add(fewest);
        }

        return Worst(workload, left);
    }

    /// <summary>Whether a node can be drained: the pods of each budget by themselves, and where they cannot all go now, with every pod ready.</summary>
    public DrainState StateOf(string node) => Evictable(node)
        .GroupBy(pod => string.Join(' ', cluster.Budgets.Where(budget => budget.Selects(pod)).Select(budget => budget.Name)))
        .Select(group => StateOf([.. group]))
        .Append(Evictable(node).Any(pod => pod.Workload is null) ? DrainState.NeedsForce : DrainState.Free)
        .Max();

    /// <summary>What is left when as many evictions as the budget allows have been made of all its pods, ready every one.</summary>
    public int Promised(SmallBudget budget)
    {
        var all = cluster.Pods.Where(budget.Selects).Select(pod => pod with { IsReady = true }).ToList();
        var well = new BruteForce(cluster with { Pods = [.. cluster.Pods.Except(cluster.Pods.Where(budget.Selects)), .. all] });
        HashSet<SmallPod> gone = [];
        while (all.Find(pod => !gone.Contains(pod) && well.MayGo(pod, gone)) is { } next)
        {
            gone.Add(next);
        }

        return all.Count - gone.Count;
    }

    private DrainState StateOf(List<SmallPod> pods)
    {
        if (Reachable(pods).Any(gone => pods.All(gone.Contains)))
        {
            return DrainState.Free;
        }

        // What is evicted is ready elsewhere at once.
        var well = new BruteForce(cluster with { Pods = [.. cluster.Pods.Select(pod => pod with { IsReady = true })] });
        return !pods.All(pod => well.MayGo(pod with { IsReady = true }, [])) ? DrainState.Blocked
            : pods.Any(pod => pod.IsReady && MayGo(pod, [])) ? DrainState.InTurns
            : DrainState.Waits;
    }

    private List<SmallPod> Evictable(string node) => [.. cluster.Pods.Where(pod => pod.Node == node)];

    /// <summary>Every set of these pods that may be gone.</summary>
    private List<HashSet<SmallPod>> Reachable(List<SmallPod> pods)
    {
        List<HashSet<SmallPod>> reached = [[]];
        HashSet<string> seen = [""];
        for (var i = 0; i < reached.Count; i++)
        {
            foreach (var pod in pods)
            {
                if (reached[i].Contains(pod) || !MayGo(pod, reached[i]))
                {
                    continue;
                }

                HashSet<SmallPod> next = [.. reached[i], pod];
                if (seen.Add(string.Join(' ', next.Select(gone => gone.Name).Order(StringComparer.Ordinal))))
                {
                    reached.Add(next);
                }
            }
        }

        return reached;
    }

    /// <summary>What the eviction subresource answers, once the disruption controller has seen what is gone.</summary>
    private bool MayGo(SmallPod pod, HashSet<SmallPod> gone)
    {
        var selecting = cluster.Budgets.Where(budget => budget.Selects(pod)).ToList();
        if (selecting.Count != 1)
        {
            return selecting.Count == 0;
        }

        var selected = cluster.Pods.Where(selecting[0].Selects).ToList();
        var healthy = selected.Count(other => other.IsReady && !gone.Contains(other));

        // Pods that nothing made have no scale, and a successor takes the place of each that did.
        var scale = selected.Where(other => other.Workload is not null).Select(other => other.Workload).Distinct().Sum(workload => workload!.Replicas);
        var (expected, desired) = selecting[0].IsMinimum
            ? selecting[0].IsPercent ? (scale, Up(selecting[0].Amount, scale)) : (selected.Count, selecting[0].Amount)
            : (scale, Math.Max(0, scale - (selecting[0].IsPercent ? Up(selecting[0].Amount, scale) : selecting[0].Amount)));
        var allowed = expected == 0 ? 0 : Math.Max(0, healthy - desired);
        return pod.IsReady
            ? allowed > 0
            : selecting[0].AlwaysAllow || (desired > 0 && expected > 0 && healthy >= desired) || allowed > 0;
    }

    private static int Up(int percent, int of) => (int)decimal.Ceiling(percent / 100m * of);

    private (Outcome Outcome, int Left) Worst(SmallWorkload workload, IEnumerable<int> left)
    {
        var ready = cluster.Ready(workload).Count();
        var fewest = left.DefaultIfEmpty(ready).Min();
        return (fewest == ready ? Outcome.Survives : OutcomeOf(workload, fewest), fewest);
    }

    private Outcome OutcomeOf(SmallWorkload workload, int left)
    {
        var isDown = workload.IsQuorum ? left * 2 <= workload.Replicas : left == 0;
        if (isDown)
        {
            return Outcome.Down;
        }

        var own = cluster.Budgets.Where(budget => cluster.Pods.Where(pod => pod.Workload == workload).All(budget.Selects)).ToList();
        var promises = cluster.Pods.Where(pod => pod.Workload == workload).All(pod => cluster.Budgets.Count(budget => budget.Selects(pod)) == 1)
            && own.Count == 1
            && cluster.Pods.Where(own[0].Selects).All(pod => pod.Workload == workload);
        var isDegraded = promises ? left < Promised(own[0]) : left * 2 < workload.Replicas;
        return isDegraded ? Outcome.Degraded : Outcome.Survives;
    }
}

/// <summary>A cluster that is small enough to be played through.</summary>
/// <param name="Zones">The zone of each node; empty where it has none.</param>
/// <param name="Pods">The pods.</param>
/// <param name="Budgets">The disruption budgets.</param>
internal sealed record SmallCluster(Dictionary<string, string> Zones, List<SmallPod> Pods, List<SmallBudget> Budgets)
{
    public IEnumerable<SmallPod> Ready(SmallWorkload workload) => Pods.Where(pod => pod.Workload == workload && pod.IsReady);

    public IEnumerable<SmallWorkload> Workloads => Pods.Select(pod => pod.Workload).OfType<SmallWorkload>().Distinct();

    public ClusterPicture Picture => new()
    {
        Nodes = [.. Zones.Select(pair => new Node
        {
            Name = pair.Key,
            IsReady = true,
            Labels = pair.Value == "" ? new Dictionary<string, string>() : new() { ["topology.kubernetes.io/zone"] = pair.Value },
        })],
        Pods = [.. Pods.Select(pod => new RunningPod
        {
            Namespace = "shop",
            Name = pod.Name,
            NodeName = pod.Node,
            Labels = LabelsOf(pod.Workload?.Name ?? "bare", pod.Team),
            IsReady = pod.IsReady,
            Phase = PodPhase.Running,
            Controller = pod.Workload is null ? null : new("apps/v1", "StatefulSet", pod.Workload.Name, "", IsController: true),
        })],
        Namespaces = new Dictionary<string, RelatedObjects>
        {
            ["shop"] = new()
            {
                Workloads = new([.. Workloads.Select(workload => new Workload
                {
                    ApiVersion = "apps/v1",
                    Kind = "StatefulSet",
                    Metadata = new() { Name = workload.Name, Namespace = "shop" },
                    Replicas = workload.Replicas,
                    Template = new(
                        new() { Labels = LabelsOf(workload.Name, "x") },
                        new() { Containers = [new() { Name = "main", Image = workload.IsQuorum ? "etcd:3" : "web:1" }] }),
                })], []),
                DisruptionBudgets = new([.. Budgets.Select(budget => new PodDisruptionBudget
                {
                    ApiVersion = "policy/v1",
                    Kind = "PodDisruptionBudget",
                    Metadata = new() { Name = budget.Name, Namespace = "shop" },
                    Selector = new(new Dictionary<string, string> { [budget.Key] = budget.Value }),
                    MinAvailable = budget.IsMinimum ? new(budget.Amount, budget.IsPercent) : null,
                    MaxUnavailable = budget.IsMinimum ? null : new(budget.Amount, budget.IsPercent),
                    UnhealthyPodEvictionPolicy = budget.AlwaysAllow ? "AlwaysAllow" : "",
                })]),
            },
        },
    };

    private static Dictionary<string, string> LabelsOf(string app, string team) => new() { ["app"] = app, ["team"] = team };

    public override string ToString() => string.Join(
        '\n',
        [
            string.Join(' ', Zones.Select(pair => $"{pair.Key}={pair.Value}")),
            .. Pods.Select(pod => pod.ToString()),
            .. Budgets.Select(budget => budget.ToString()),
        ]);
}

internal sealed record SmallWorkload(string Name, int Replicas, bool IsQuorum);

internal sealed record SmallPod(string Name, string Node, SmallWorkload? Workload, string Team, bool IsReady);

internal sealed record SmallBudget(string Name, string Key, string Value, bool IsMinimum, int Amount, bool IsPercent, bool AlwaysAllow)
{
    public bool Selects(SmallPod pod) => (Key == "team" ? pod.Team : pod.Workload?.Name ?? "bare") == Value;
}
