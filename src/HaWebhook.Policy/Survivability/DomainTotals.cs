namespace HaWebhook.Policy.Survivability;

/// <summary>Adds up, for each node and zone, the workloads that its failure takes down or degrades.</summary>
internal sealed class DomainTotals
{
    private readonly Topology _topology;
    private readonly Dictionary<string, List<Placed>> _podsByNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Total> _nodeLosses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Total> _drains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Total> _zoneLosses = new(StringComparer.Ordinal);

    /// <param name="pods">The pods that have not ended.</param>
    /// <param name="topology">The nodes.</param>
    public DomainTotals(IEnumerable<Placed> pods, Topology topology)
    {
        _topology = topology;
        foreach (var node in topology.Nodes)
        {
            _podsByNode[node.Name] = [];
        }

        foreach (var placed in pods)
        {
            var node = placed.Pod.NodeName;
            if (node.Length == 0)
            {
                continue;
            }

            if (!_podsByNode.TryGetValue(node, out var there))
            {
                _podsByNode.Add(node, there = []);
            }

            there.Add(placed);
        }
    }

    /// <summary>What holds the drain of each node up, which its workloads are told of.</summary>
    public Dictionary<string, (DrainState State, IReadOnlyList<DrainObstacle> Found)> Drains()
    {
        var drains = new Dictionary<string, (DrainState State, IReadOnlyList<DrainObstacle> Found)>(StringComparer.Ordinal);
        foreach (var (node, pods) in _podsByNode.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            drains[node] = Obstacles.OfNode(pods);
        }

        return drains;
    }

    /// <summary>Adds a workload to the nodes and zones that its pods are in.</summary>
    public void Add(Subject subject, WorkloadSurvival survival, Split byNode, Split byZone, Dictionary<string, int> taken)
    {
        if (survival.IsDownNow)
        {
            return;
        }

        foreach (var (node, pods) in byNode.Domains)
        {
            Add(_nodeLosses, node, subject.Without(pods), survival);
        }

        foreach (var (node, pods) in taken)
        {
            Add(_drains, node, subject.Space.KnowsBudgets ? subject.Without(pods) : Outcome.Unknown, survival);
        }

        foreach (var (zone, pods) in byZone.Domains)
        {
            Add(_zoneLosses, zone, subject.Without(pods), survival);
        }
    }

    /// <summary>The nodes, by name.</summary>
    public IReadOnlyList<NodeSurvival> Nodes(Dictionary<string, (DrainState State, IReadOnlyList<DrainObstacle> Found)> drains) =>
    [
        .. _podsByNode
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new NodeSurvival(
                pair.Key,
                _topology.ZoneOf(pair.Key) ?? "",
                pair.Value.Count,
                Of(_nodeLosses, pair.Key),
                Of(_drains, pair.Key),
                drains[pair.Key].State,
                drains[pair.Key].Found,
                pair.Value.TrueForAll(placed => placed.StaysInDrain || placed.Subject is null or { Space.KnowsBudgets: true }))),
    ];

    /// <summary>The zones, by name.</summary>
    public IReadOnlyList<ZoneSurvival> Zones() =>
    [
        .. _topology.Nodes
            .Where(node => node.Zone.Length > 0)
            .GroupBy(node => node.Zone, StringComparer.Ordinal)
            .OrderBy(zone => zone.Key, StringComparer.Ordinal)
            .Select(zone => new ZoneSurvival(zone.Key, zone.Count(), zone.Sum(node => _podsByNode[node.Name].Count), Of(_zoneLosses, zone.Key))),
    ];

    private static void Add(Dictionary<string, Total> totals, string domain, Outcome outcome, WorkloadSurvival survival)
    {
        if (outcome is not (Outcome.Down or Outcome.Degraded))
        {
            return;
        }

        if (!totals.TryGetValue(domain, out var total))
        {
            totals.Add(domain, total = new());
        }

        (outcome == Outcome.Down ? total.Down : total.Degraded).Add(survival);
    }

    private static DomainFailure Of(Dictionary<string, Total> totals, string domain) =>
        totals.TryGetValue(domain, out var total) ? new(total.Down, total.Degraded) : DomainFailure.None;

    private sealed class Total
    {
        public List<WorkloadSurvival> Down { get; } = [];

        public List<WorkloadSurvival> Degraded { get; } = [];
    }
}
