using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Survivability;
using Outcome = HaWebhook.Policy.Survivability.Outcome;

namespace HaWebhook.Policy.Tests.Survivability;

/// <summary>The arithmetic and the play agree on random clusters.</summary>
public class BruteForceTests
{
    private static readonly string[] _zones = ["zone-a", "zone-a", "zone-b", "zone-b", "zone-c", ""];
    private static readonly string[] _teams = ["x", "x", "y"];

    [Fact]
    public void Losses_AreWhatIsGoneWithEachNodeAndZone() => Check(2_000, (cluster, survival) =>
    {
        var play = new BruteForce(cluster);
        foreach (var (workload, found) in Pairs(cluster, survival))
        {
            if (found.IsDownNow)
            {
                Expect(Outcome.Unknown, found.NodeLoss.Outcome, found, "node");
                Expect(Outcome.Unknown, found.ZoneLoss.Outcome, found, "zone");
                continue;
            }

            Expect(play.NodeLoss(workload), (found.NodeLoss.Outcome, found.NodeLoss.Remaining!.Value), found, "node");
            Expect(play.ZoneLoss(workload) ?? Outcome.Unknown, found.ZoneLoss.Outcome, found, "zone");
        }
    });

    [Fact]
    public void Drains_TakeWhatTheyTakeInTheWorstOrder() => Check(2_000, (cluster, survival) =>
    {
        var play = new BruteForce(cluster);
        foreach (var (workload, found) in Pairs(cluster, survival))
        {
            if (!found.IsDownNow)
            {
                Expect(play.Drain(workload), (found.Drain.Outcome, found.Drain.Remaining!.Value), found, "drain");
            }
        }
    });

    [Fact]
    public void Drains_EndWhereTheyCan() => Check(2_000, (cluster, survival) =>
    {
        var play = new BruteForce(cluster);
        foreach (var node in survival.Nodes)
        {
            Expect(play.StateOf(node.Name), node.Drain, node, "state");
        }
    });

    [Fact]
    public void Domains_ListWhatTheirLossTakes() => Check(500, (cluster, survival) =>
    {
        foreach (var node in survival.Nodes)
        {
            ExpectAll(Only(cluster, pod => pod.Node == node.Name), node.Loss, node);
        }

        foreach (var zone in survival.Zones)
        {
            ExpectAll(Only(cluster, pod => cluster.Zones[pod.Node] == zone.Name), zone.Loss, zone);
        }

        // The same cluster with all struck pods on one node and the others apart: what is lost then is what that node takes.
        List<(string Name, Outcome Outcome)> Only(SmallCluster whole, Func<SmallPod, bool> struck)
        {
            var moved = whole with
            {
                Zones = whole.Pods.Select(pod => struck(pod) ? "struck" : pod.Name).Distinct().ToDictionary(node => node, _ => ""),
                Pods = [.. whole.Pods.Select(pod => pod with { Node = struck(pod) ? "struck" : pod.Name })],
            };
            return
            [
                .. moved.Workloads
                    .Where(workload => !survival.Workloads.Single(found => found.Name == workload.Name).IsDownNow)
                    .Where(workload => moved.Ready(workload).Any(pod => pod.Node == "struck"))
                    .Select(workload => (workload.Name, Outcome: OutcomeWithout(moved, workload)))
                    .OrderBy(pair => pair.Name, StringComparer.Ordinal),
            ];
        }
    });

    private static Outcome OutcomeWithout(SmallCluster cluster, SmallWorkload workload)
    {
        // Whatever is not struck stands alone, so that nothing else takes more than one.
        var struck = cluster.Ready(workload).Count(pod => pod.Node == "struck");
        var apart = cluster.Pods.Select(pod => pod.Workload == workload && pod.Node != "struck" ? pod with { Node = "elsewhere-" + pod.Name } : pod);
        var alone = cluster with { Pods = [.. apart] };
        return struck == 0 ? Outcome.Survives : new BruteForce(alone).NodeLoss(workload).Outcome;
    }

    private static IEnumerable<(SmallWorkload Workload, WorkloadSurvival Found)> Pairs(SmallCluster cluster, ClusterSurvival survival) =>
        cluster.Workloads.Select(workload => (workload, survival.Workloads.Single(found => found.Name == workload.Name)));

    private static void Expect<T>(T expected, T actual, object about, string what) =>
        Assert.True(Equals(expected, actual), $"{what} of {about}: played through {expected}, worked out {actual}");

    private static void ExpectAll(List<(string Name, Outcome Outcome)> expected, DomainFailure found, object about)
    {
        Expect(Named(Outcome.Down), Names(found.Down), about, "down");
        Expect(Named(Outcome.Degraded), Names(found.Degraded), about, "degraded");

        string Named(Outcome outcome) => string.Join(' ', expected.Where(pair => pair.Outcome == outcome).Select(pair => pair.Name));

        static string Names(IEnumerable<WorkloadSurvival> workloads) =>
            string.Join(' ', workloads.Where(workload => workload.Kind != "Pod").Select(workload => workload.Name));
    }

    private static void Check(int times, Action<SmallCluster, ClusterSurvival> check)
    {
        var property = Prop.ForAll(Arb.From(Clusters()), cluster => check(cluster, ClusterSurvival.Of(cluster.Picture)));
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), property);
    }

    private static Gen<SmallCluster> Clusters() =>
        from nodes in Gen.Choose(1, 5)
        from zones in Gen.Elements(_zones).ArrayOf(nodes)
        from workloads in Workloads()
        from bare in Gen.Elements(0, 0, 0, 1)
        from pods in Pods(workloads, bare, nodes)
        from budgets in Gen.Choose(0, 3).SelectMany(count => Budget().ArrayOf(count))
        select new SmallCluster(
            zones.Select((zone, index) => (Name(index), zone)).ToDictionary(pair => pair.Item1, pair => pair.zone),
            pods,
            [.. budgets.Select((budget, index) => budget with { Name = string.Create(CultureInfo.InvariantCulture, $"budget-{index}") })]);

    private static Gen<SmallWorkload[]> Workloads() =>
        from count in Gen.Choose(1, 3)
        from replicas in Gen.Choose(1, 5).ArrayOf(count)
        from quorums in Gen.Elements(false, false, true).ArrayOf(count)
        select replicas.Select((number, index) => new SmallWorkload(App(index), number, quorums[index])).ToArray();

    private static Gen<List<SmallPod>> Pods(SmallWorkload[] workloads, int bare, int nodes)
    {
        List<SmallWorkload?> owners =
        [
            .. workloads.SelectMany(workload => Enumerable.Repeat(workload, workload.Replicas)),
            .. Enumerable.Repeat<SmallWorkload?>(null, bare),
        ];
        return
            from places in Gen.Choose(0, nodes - 1).ArrayOf(owners.Count)
            from teams in Gen.Elements(_teams).ArrayOf(owners.Count)
            from ready in Gen.Elements(true, true, true, true, false).ArrayOf(owners.Count)
            select owners
                .Select((owner, index) => new SmallPod(
                    string.Create(CultureInfo.InvariantCulture, $"{owner?.Name ?? "bare"}-{index}"), Name(places[index]), owner, teams[index], ready[index]))
                .ToList();
    }

    private static Gen<SmallBudget> Budget() =>
        from key in Gen.Elements("app", "app", "team")
        from app in Gen.Elements("app-0", "app-1", "app-2", "bare")
        from team in Gen.Elements("x", "y")
        from isMinimum in Gen.Elements(true, false)
        from isPercent in Gen.Elements(true, false)
        from amount in isPercent ? Gen.Elements(0, 1, 25, 34, 50, 67, 99, 100) : Gen.Choose(0, 5)
        from always in Gen.Elements(true, false)
        select new SmallBudget("", key, key == "team" ? team : app, isMinimum, amount, isPercent, always);

    private static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"node-{index}");

    private static string App(int index) => string.Create(CultureInfo.InvariantCulture, $"app-{index}");
}
