using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;
using Outcome = HaWebhook.Policy.Survivability.Outcome;

namespace HaWebhook.Policy.Tests.Survivability;

/// <summary>What manifests alone guarantee, and what is only likely.</summary>
public class GuaranteeTests
{
    private const string Hostname = "kubernetes.io/hostname";
    private const string Zone = "topology.kubernetes.io/zone";
    private const string None = "";

    [Theory]
    [InlineData(None, 2, Outcome.Survives, Certainty.Likely, 0, "The scheduler tries to spread its pods over zones, but nothing guarantees it.")]
    [InlineData("spread host 1 ScheduleAnyway", 2, Outcome.Unknown, Certainty.Certain, 0, "Nothing spreads its pods over zones.")]
    [InlineData("spread zone 1 ScheduleAnyway", 2, Outcome.Survives, Certainty.Likely, 0, "The scheduler tries to spread its pods over zones, but nothing guarantees it.")]
    [InlineData("spread zone 1 DoNotSchedule", 2, Outcome.Survives, Certainty.Conditional, 2, "Guaranteed if there are at least 2 zones.")]
    [InlineData("spread zone 1 DoNotSchedule", 1, Outcome.Down, Certainty.Certain, 0, "Its only pod is down with its zone.")]
    [InlineData("spread zone 2 DoNotSchedule", 3, Outcome.Degraded, Certainty.Conditional, 2, "Guaranteed if there are at least 2 zones.")]
    [InlineData("spread zone 3 DoNotSchedule", 3, Outcome.Survives, Certainty.Likely, 0, "The scheduler tries to spread its pods over zones, but nothing guarantees it.")]
    [InlineData("anti zone required", 3, Outcome.Degraded, Certainty.Conditional, 2, "Guaranteed if there are at least 2 zones.")]
    [InlineData("anti zone preferred", 3, Outcome.Survives, Certainty.Likely, 0, "The scheduler tries to spread its pods over zones, but nothing guarantees it.")]
    [InlineData("other zone required", 3, Outcome.Survives, Certainty.Likely, 0, "The scheduler tries to spread its pods over zones, but nothing guarantees it.")]
    [InlineData("tied zone", 3, Outcome.Down, Certainty.Certain, 0, "All its pods are tied to one zone.")]
    public void LossOfAZone_OverManifests(string constraint, int replicas, Outcome outcome, Certainty certainty, int from, string reason)
    {
        var loss = Of(ObjectJson.Deployment(replicas), constraint).Only().ZoneLoss;

        Assert.Equal((outcome, certainty, from, reason), (loss.Outcome, loss.Certainty, loss.AtLeastDomains, loss.Reason));
    }

    [Theory]
    [InlineData("anti host required", "Guaranteed if there are at least 2 nodes.")]
    [InlineData("anti zone required", "Guaranteed if there are at least 2 nodes.")]
    [InlineData("spread zone 1 DoNotSchedule", "Guaranteed if there are at least 2 zones.")]
    [InlineData("tied host", "All its pods are tied to one node.")]
    public void LossOfANode_OverManifests(string constraint, string reason) =>
        Assert.Equal(reason, Of(ObjectJson.Deployment(2), constraint).Only().NodeLoss.Reason);

    [Theory]
    [InlineData(3, "spread zone 1 DoNotSchedule", Outcome.Survives, 3)]
    [InlineData(5, "spread zone 1 DoNotSchedule", Outcome.Survives, 3)]
    [InlineData(4, "spread zone 1 DoNotSchedule", Outcome.Survives, 4)]
    [InlineData(3, "anti zone required", Outcome.Survives, 3)]
    [InlineData(5, "anti zone required", Outcome.Survives, 4)]
    [InlineData(3, "spread zone 2 DoNotSchedule", Outcome.Survives, 0)]
    public void WhatVotes_NeedsMoreZones(int members, string constraint, Outcome outcome, int from)
    {
        var loss = Of(ClusterScene.StatefulSet(members, "etcd:3"), constraint).Only().ZoneLoss;

        Assert.Equal((outcome, from), (loss.Outcome, loss.AtLeastDomains));
    }

    [Theory]
    [InlineData("a1=zone-a b1=zone-b", "spread zone 1 DoNotSchedule", 2, Outcome.Survives, "No zone may hold more than 1 of its 2 pods.")]
    [InlineData("a1=zone-a a2=zone-a", "spread zone 1 DoNotSchedule", 2, Outcome.Down, "There is only one zone for its pods.")]
    [InlineData("a1=zone-a b1=zone-b", "anti zone required", 3, Outcome.Degraded, "No zone may hold more than 1 of its 3 pods, and only 2 of them can run.")]
    [InlineData("a1=zone-a b1=zone-b", None, 3, Outcome.Survives, "The scheduler tries to spread its pods over zones, but nothing guarantees it.")]
    [InlineData("a1 b1", None, 3, Outcome.Unknown, "No zone is there that takes its pods now.")]
    public void WithNodes_TheZonesAreKnown(string nodes, string constraint, int replicas, Outcome outcome, string reason)
    {
        var loss = Of(ObjectJson.Deployment(replicas), constraint).Nodes(nodes).Only().ZoneLoss;

        Assert.Equal((outcome, reason), (loss.Outcome, loss.Reason));
    }

    [Fact]
    public void MajorityOverTwoZones_IsNeverThere()
    {
        var loss = Of(ClusterScene.StatefulSet(3, "etcd:3"), "spread zone 1 DoNotSchedule").Nodes("a1=zone-a b1=zone-b").Only().ZoneLoss;

        Assert.Equal((Outcome.Down, "Of 2 zones one has to hold 2 of its 3 pods."), (loss.Outcome, loss.Reason));
        Assert.Equal("are 2 for its pods; must be at least 3", loss.Mend!.Message);
    }

    [Fact]
    public void OnlyNodesThatTakeThePods_Count()
    {
        var web = ObjectJson.Deployment(3).WithJson("spec.template.spec.nodeSelector", """{"disk":"ssd"}""");
        var ssd = new Dictionary<string, string> { ["disk"] = "ssd", [Zone] = "zone-a" };
        var scene = Of(web, "anti host required");
        foreach (var (name, labels, cordoned, tainted, ready) in new (string, Dictionary<string, string>, bool, bool, bool)[]
        {
            ("n1", ssd, false, false, true), ("n2", ssd, false, false, true), ("n3", new() { ["disk"] = "hdd" }, false, false, true),
            ("n4", ssd, true, false, true), ("n5", ssd, false, true, true), ("n6", ssd, false, false, false),
        })
        {
            scene.Node(new() { Name = name, Labels = labels, IsUnschedulable = cordoned, IsTainted = tainted, IsReady = ready });
        }

        var bound = scene.Only().OverNodes;

        Assert.Equal((2, 1, 2), (bound.Domains, bound.MostInOne, bound.CanRun));
    }

    [Theory]
    [InlineData("", 2, Outcome.Survives, "The scheduler tries to spread its pods over nodes, but nothing guarantees it.")]
    [InlineData("maxUnavailable=1", 2, Outcome.Survives, "Its disruption budget lets a drain evict 1 of 2 pods at once.")]
    [InlineData("minAvailable=100%", 2, Outcome.Survives, "A drain evicts none of its pods.")]
    [InlineData("maxUnavailable=1", 1, Outcome.Down, "Its disruption budget does not hold a drain back. Its only pod is down with its node.")]
    [InlineData("", 1, Outcome.Down, "No disruption budget holds a drain back. Its only pod is down with its node.")]
    public void Drain_OverManifests(string budget, int replicas, Outcome outcome, string reason)
    {
        var scene = Of(ObjectJson.Deployment(replicas), None);
        var web = (budget.Length == 0 ? scene : scene.With(RelatedJson.Budget(budget))).Only();

        Assert.Equal((outcome, reason), (web.Drain.Outcome, web.Drain.Reason));
        Assert.Equal(budget == "minAvailable=100%" ? DrainState.Blocked : DrainState.Free, web.Obstacles.Select(obstacle => obstacle.State).FirstOrDefault());
    }

    [Fact]
    public void TheFloorOfAnAutoscaler_IsWhatThereIs()
    {
        var web = Of(ObjectJson.Deployment(5), "anti zone required").With(RelatedJson.Autoscaler(1)).Only();

        Assert.Equal((1, Outcome.Down), (web.Desired, web.ZoneLoss.Outcome));
    }

    [Fact]
    public void MinDomains_GuaranteesWhereThereAreFewer()
    {
        var few = Of(ObjectJson.Deployment(6), "spread zone 1 DoNotSchedule 3").Nodes("a1=zone-a b1=zone-b").Only().OverZones;
        var enough = Of(ObjectJson.Deployment(6), "spread zone 1 DoNotSchedule 3").Nodes("a1=zone-a b1=zone-b c1=zone-c").Only().OverZones;

        Assert.Equal((1, 2), (few.MostInOne, few.CanRun));
        Assert.Equal((2, 6), (enough.MostInOne, enough.CanRun));
    }

    /// <summary>Against a scheduler that is played through: pods arrive one by one, each in any domain that the constraints allow then.</summary>
    [Fact]
    public void WorstSpread_IsTheWorstThatAScheduledOneReaches()
    {
        var constraints =
            from skew in Gen.Choose(1, 4)
            from domains in Gen.Elements<int?>(null, 1, 2, 3, 5)
            select (skew, domains);
        var property = Prop.ForAll(
            Arb.From(Gen.Choose(1, 9)),
            Arb.From(Gen.Choose(1, 4)),
            Arb.From(from first in constraints from anti in Gen.Elements(false, false, true) select (first, anti)),
            (pods, domains, demand) =>
            {
                var ((skew, minimum), anti) = demand;
                var spec = new PodSpec
                {
                    TopologySpreadConstraints = [new(skew, Zone, "DoNotSchedule", _web, null, minimum)],
                    PodAntiAffinity = anti ? [new(Zone, _web, [], false, [], "requiredDuringSchedulingIgnoredDuringExecution[zone]")] : [],
                };
                var (_, zones) = SpreadArithmetic.Of(spec, _labels, "shop");
                var bound = zones.Bound(Zone, pods, 1, domains);
                return (bound.MostInOne, bound.CanRun) == Played(pods, domains, skew, minimum ?? 1, anti)
                    && IsRight(bound.SurvivesFrom, count => Played(pods, count, skew, minimum ?? 1, anti));
            });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), property);
    }

    /// <summary>Whether from that number of domains on, and not from one fewer, one pod is left.</summary>
    private static bool IsRight(int? from, Func<int, (int Most, int Runs)> played)
    {
        const int enough = 6;
        bool Leaves(int domains) => played(domains) is var (most, runs) && runs - most >= 1;
        return from is { } first
            ? Enumerable.Range(first, Math.Max(0, enough - first)).All(Leaves) && (first == 1 || first > enough || !Leaves(first - 1))
            : !Leaves(enough);
    }

    /// <summary>The fullest domain over all orders, and the most pods that run once nothing can be scheduled any more.</summary>
    private static (int Most, int Runs) Played(int pods, int domains, int skew, int minimum, bool anti)
    {
        var (most, runs) = (0, 0);
        HashSet<string> seen = [];
        Stack<int[]> next = new([new int[domains]]);
        while (next.TryPop(out var state))
        {
            if (!seen.Add(string.Join(',', state)))
            {
                continue;
            }

            (most, runs) = (Math.Max(most, state.Max()), Math.Max(runs, state.Sum()));
            var emptiest = domains < minimum ? 0 : state.Min();
            for (var domain = 0; domain < domains && state.Sum() < pods; domain++)
            {
                if (state[domain] + 1 - emptiest <= skew && !(anti && state[domain] > 0))
                {
                    int[] placed = [.. state];
                    placed[domain]++;
                    next.Push([.. placed.Order()]);
                }
            }
        }

        return (most, runs);
    }

    private static readonly Dictionary<string, string> _labels = new() { ["app"] = "web" };
    private static readonly LabelSelector _web = new(_labels);

    private static ClusterScene Of(JsonNode workload, string constraint)
    {
        var spec = workload["spec"]!["template"]!["spec"]!.AsObject();
        spec.Remove("topologySpreadConstraints");
        var words = constraint.Split(' ');
        var key = words.Length > 1 && words[1] == "host" ? Hostname : Zone;
        switch (words[0])
        {
            case "spread":
                spec["topologySpreadConstraints"] = new JsonArray(new JsonObject
                {
                    ["maxSkew"] = int.Parse(words[2], CultureInfo.InvariantCulture),
                    ["topologyKey"] = key,
                    ["whenUnsatisfiable"] = words[3],
                    ["labelSelector"] = JsonNode.Parse("""{"matchLabels":{"app":"web"}}"""),
                    ["minDomains"] = words.Length > 4 ? int.Parse(words[4], CultureInfo.InvariantCulture) : null,
                });
                break;
            case "anti" or "other":
                var term = new JsonObject
                {
                    ["topologyKey"] = key,
                    ["labelSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = words[0] == "anti" ? "web" : "db" } },
                };
                var list = $"{words[2]}DuringSchedulingIgnoredDuringExecution";
                spec["affinity"] = new JsonObject
                {
                    ["podAntiAffinity"] = new JsonObject
                    {
                        [list] = new JsonArray(words[2] == "required" ? term : new JsonObject { ["weight"] = 1, ["podAffinityTerm"] = term }),
                    },
                };
                break;
            case "tied":
                spec["nodeSelector"] = new JsonObject { [key] = "x" };
                break;
        }

        return new ClusterScene().With(workload);
    }
}
