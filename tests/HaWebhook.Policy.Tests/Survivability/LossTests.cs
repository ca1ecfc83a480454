using System.Text.Json.Nodes;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Tests.Survivability;

/// <summary>The sudden loss of a node or a zone, by where the pods are now.</summary>
public class LossTests
{
    private const string ThreeZones = "a1=zone-a a2=zone-a b1=zone-b b2=zone-b c1=zone-c";

    [Theory]
    [InlineData("a1", Outcome.Down, 0, "Its only ready pod is on node a1.")]
    [InlineData("a1 a1", Outcome.Down, 0, "All its 2 ready pods are on node a1.")]
    [InlineData("a1 a1!", Outcome.Down, 0, "Its only ready pod is on node a1.")]
    [InlineData("a1 a1~ a1x", Outcome.Down, 0, "Its only ready pod is on node a1.")]
    [InlineData("a1 b1", Outcome.Survives, 1, "No node holds more than 1 of its 2 ready pods.")]
    [InlineData("a1 a1 b1", Outcome.Degraded, 1, "2 of its 3 ready pods are on node a1; 1 left is fewer than half of 3.")]
    [InlineData("a1 a1 b1 b1", Outcome.Survives, 2, "No node holds more than 2 of its 4 ready pods.")]
    [InlineData("a1 b1!", Outcome.Down, 0, "Its only ready pod is on node a1.")]
    [InlineData("a1! b1! c1?", Outcome.Unknown, null, "None of 3 pods is ready now, so that it is down already.")]
    public void LossOfANode_TakesItsPods(string pods, Outcome outcome, int? left, string reason)
    {
        var loss = new ClusterScene().Nodes(ThreeZones).Web(pods).Only().NodeLoss;

        Assert.Equal((outcome, left, reason), (loss.Outcome, loss.Remaining, loss.Reason));
    }

    [Theory]
    [InlineData("a1 a2", Outcome.Down, "All its 2 ready pods are in zone zone-a.")]
    [InlineData("a1 b1", Outcome.Survives, "No zone holds more than 1 of its 2 ready pods.")]
    [InlineData("a1 a2 b1", Outcome.Degraded, "2 of its 3 ready pods are in zone zone-a; 1 left is fewer than half of 3.")]
    [InlineData("a1 z9", Outcome.Unknown, "1 of its 2 ready pods is on a node without the label topology.kubernetes.io/zone.")]
    [InlineData("z8 z8", Outcome.Down, "All its 2 ready pods are in one zone.")]
    [InlineData("z8 z9", Outcome.Unknown, "All its 2 ready pods are on nodes without the label topology.kubernetes.io/zone.")]
    [InlineData("z9", Outcome.Down, "Its only ready pod is in one zone.")]
    [InlineData("a1 b1 c1 b2 z9", Outcome.Unknown, "1 of its 5 ready pods is on a node without the label topology.kubernetes.io/zone.")]
    [InlineData("a1 a2 a2 b1 z9", Outcome.Degraded, "4 of its 5 ready pods are in one zone; 1 left is fewer than half of 5.")]
    [InlineData("a1 a2 b1 b2 c1 c1 z9", Outcome.Survives, "No zone holds more than 3 of its 7 ready pods.")]
    public void LossOfAZone_TakesThePodsOfItsNodes(string pods, Outcome outcome, string reason)
    {
        var loss = new ClusterScene().Nodes(ThreeZones + " z8 z9").Web(pods).Only().ZoneLoss;

        Assert.Equal((outcome, reason), (loss.Outcome, loss.Reason));
    }

    [Fact]
    public void WithoutNodes_ZonesAreNotKnownButNodesAre()
    {
        var web = new ClusterScene().Web("a1 a1").Only();

        Assert.Equal((Outcome.Down, "a1"), (web.NodeLoss.Outcome, web.NodeLoss.Domain));
        Assert.Equal((Outcome.Down, "All its 2 ready pods are in one zone."), (web.ZoneLoss.Outcome, web.ZoneLoss.Reason));
        Assert.Equal(
            (Outcome.Unknown, "The nodes are not known, and so not their zones."),
            new ClusterScene().Web("a1 b1").Only().ZoneLoss is var loss ? (loss.Outcome, loss.Reason) : default);
    }

    [Theory]
    [InlineData("a1 b1 c1", Outcome.Survives, Outcome.Survives)]
    [InlineData("a1 a2 c1", Outcome.Survives, Outcome.Down)]
    [InlineData("a1 a1 c1", Outcome.Down, Outcome.Down)]
    [InlineData("a1 a2 b1 b2 c1", Outcome.Survives, Outcome.Survives)]
    [InlineData("a1 b1", Outcome.Down, Outcome.Down)]
    public void WhatVotes_NeedsAMajority(string pods, Outcome node, Outcome zone)
    {
        var count = pods.Split(' ').Length;
        var etcd = new ClusterScene().Nodes(ThreeZones).With(ClusterScene.StatefulSet(count, "quay.io/coreos/etcd:v3.5.0")).Pods(pods, "StatefulSet/web").Only();

        Assert.True(etcd.IsQuorum);
        Assert.Equal((count / 2) + 1, etcd.Minimum);
        Assert.Equal((node, zone), (etcd.NodeLoss.Outcome, etcd.ZoneLoss.Outcome));
    }

    [Fact]
    public void WhatVotes_SaysWhatIsMissing()
    {
        var etcd = new ClusterScene().Nodes(ThreeZones).With(ClusterScene.StatefulSet(3, "etcd:3")).Pods("a1 a2 c1!", "StatefulSet/web").Only();

        Assert.Equal("1 of its 2 ready pods is on node a1; 1 left is no majority of 3 etcd members.", etcd.NodeLoss.Reason);
        Assert.Equal("status.readyReplicas", etcd.NodeLoss.Mend!.Field);
        Assert.Equal(
            "1 of 3 etcd members are ready now, which is no majority, so that it is down already.",
            new ClusterScene().With(ClusterScene.StatefulSet(3, "etcd:3")).Pods("a1 b1! c1!", "StatefulSet/web").Only().NodeLoss.Reason);
    }

    [Fact]
    public void ArbiterVotesWithItsSet()
    {
        var arbiter = ClusterScene.StatefulSet(1, "mongo:7").With("metadata.name", "web-arbiter");
        arbiter["spec"]!["template"]!["metadata"]!["labels"]!["app.kubernetes.io/component"] = "arbiter";
        var scene = new ClusterScene().Nodes(ThreeZones)
            .With(ClusterScene.StatefulSet(2, "mongo:7"), arbiter)
            .Pods("a1 b1", "StatefulSet/web").Pods("c1", "StatefulSet/web-arbiter", "arbiter");
        var set = scene.Only();

        Assert.Equal(("web", 3, 2), (set.Name, set.Desired, set.Minimum));
        Assert.Equal(Outcome.Survives, set.NodeLoss.Outcome);
        Assert.Equal(Outcome.Survives, set.ZoneLoss.Outcome);
    }

    [Theory]
    [InlineData("maxUnavailable=1", "a1 a1 b1 b2", Outcome.Degraded, "2 of its 4 ready pods are on node a1; 2 left are fewer than the 3 that PodDisruptionBudget web promises.")]
    [InlineData("minAvailable=1", "a1 a1 a1 b1", Outcome.Survives, "No node holds more than 3 of its 4 ready pods.")]
    [InlineData("minAvailable=1", "a1 a1", Outcome.Down, "All its 2 ready pods are on node a1.")]
    public void ABudgetSaysWhatIsEnough(string budget, string pods, Outcome outcome, string reason)
    {
        var web = new ClusterScene().Nodes(ThreeZones).Web(pods).With(RelatedJson.Budget(budget)).Only();

        Assert.Equal("web", web.Budget);
        Assert.Equal((outcome, reason), (web.NodeLoss.Outcome, web.NodeLoss.Reason));
    }

    [Theory]
    [InlineData(1, "a1", "spec.replicas", "is 1; must be at least 2", "Set spec.replicas to 2 or more.")]
    [InlineData(2, "a1 a1", "spec.template.spec.topologySpreadConstraints[kubernetes.io/hostname].whenUnsatisfiable",
        "is ScheduleAnyway, which is only a wish; must be DoNotSchedule",
        "Set whenUnsatisfiable of the constraint over kubernetes.io/hostname to DoNotSchedule.")]
    [InlineData(2, "a1 b1!", "status.readyReplicas", "is 1; must be 2", "Find out why the other pods are not ready: kubectl describe tells.")]
    public void LossOfANode_IsMendedByOneChange(int replicas, string pods, string field, string message, string fix) =>
        Assert.Equal(new Mend(field, message, fix), new ClusterScene().Nodes(ThreeZones).Web(pods, replicas).Only().NodeLoss.Mend! with { Yaml = "" });

    [Fact]
    public void LossOfAZone_IsMendedByAConstraintOrByZones()
    {
        var spread = new ClusterScene().Nodes(ThreeZones).Web("a1 a2").Only().ZoneLoss.Mend!;
        var zones = new ClusterScene().Nodes("a1=zone-a a2=zone-a").Web("a1 a2").Only().ZoneLoss.Mend!;
        var third = new ClusterScene().Nodes("a1=zone-a b1=zone-b b2=zone-b")
            .With(ClusterScene.StatefulSet(3, "etcd:3")).Pods("a1 b1 b2", "StatefulSet/web").Only().ZoneLoss.Mend!;

        Assert.Equal(
            new(
                "spec.template.spec.topologySpreadConstraints",
                "lets all pods share one zone; must keep them apart",
                "Add {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, "
                    + "labelSelector: {matchLabels: {app: web}}, matchLabelKeys: [pod-template-hash]} to topologySpreadConstraints."),
            spread with { Yaml = "" });
        Assert.Equal("are 1 for its pods; must be at least 2", zones.Message);
        Assert.Equal(("zones", "are 2 for its pods; must be at least 3"), (third.Field, third.Message));
    }

    [Fact]
    public void FourMembersInThreeZones_NeedAFifth()
    {
        var etcd = new ClusterScene().Nodes(ThreeZones).With(ClusterScene.StatefulSet(4, "etcd:3")).Pods("a1 a2 b1 c1", "StatefulSet/web").Only();

        Assert.Equal((Outcome.Down, "is 4; must be at least 5"), (etcd.ZoneLoss.Outcome, etcd.ZoneLoss.Mend!.Message));
    }

    [Theory]
    [InlineData("", "spec.replicas", "is 3; must be at least 4")]
    [InlineData("maxUnavailable=1", "zones", "are 2 for its pods; must be at least 3")]
    public void WhatIsDegradedHoweverItIsSpread_NeedsReplicasOrZones(string budget, string field, string message)
    {
        var scene = new ClusterScene().Nodes("a1=zone-a b1=zone-b b2=zone-b").Web("a1 b1 b2");
        var loss = (budget.Length == 0 ? scene : scene.With(RelatedJson.Budget(budget))).Only().ZoneLoss;

        Assert.Equal((Outcome.Degraded, field, message), (loss.Outcome, loss.Mend!.Field, loss.Mend.Message));
    }

    [Fact]
    public void AutoscaledWorkload_IsMendedAtItsFloor()
    {
        var mend = new ClusterScene().Nodes(ThreeZones).Web("a1").With(RelatedJson.Autoscaler(1)).Only().NodeLoss.Mend!;

        Assert.Equal(("HorizontalPodAutoscaler/web spec.minReplicas", "Set spec.minReplicas of HorizontalPodAutoscaler web to 2 or more."), (mend.Field, mend.Fix));
    }

    [Fact]
    public void LoneClaim_IsToldBeforeMoreReplicas()
    {
        var web = new ClusterScene().Nodes(ThreeZones).With(ObjectJson.Deployment(1).WithClaim()).Pods("a1").Only();

        Assert.StartsWith("All pods would mount the claim data", web.NodeLoss.Mend!.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Domains_AddUpWhatTheyTake()
    {
        var survival = new ClusterScene().Nodes(ThreeZones)
            .Web("a1 a1 b1")
            .With(ObjectJson.Deployment(1).With("metadata.name", "api").With("spec.selector.matchLabels.app", "api").With("spec.template.metadata.labels.app", "api"))
            .Pods("a2", "ReplicaSet/api-5d4", "api")
            .Survival();

        var zone = survival.Zones[0];
        Assert.Equal(("zone-a", 2, 3), (zone.Name, zone.Nodes, zone.Pods));
        Assert.Equal("api", Assert.Single(zone.Loss.Down).Name);
        Assert.Equal("web", Assert.Single(zone.Loss.Degraded).Name);
        Assert.Equal(["a1", "a2", "b1", "b2", "c1"], survival.Nodes.Select(node => node.Name));
        Assert.Equal("api", Assert.Single(survival.Nodes[1].Loss.Down).Name);
        Assert.Empty(survival.Nodes[1].Loss.Degraded);
        Assert.Equal(DomainFailure.None, survival.Nodes[4].Loss);
        Assert.Equal(1, survival.Count(Failure.NodeLoss, Outcome.Down));
    }

    [Fact]
    public void PodsOfTheirOperator_AreItsResources()
    {
        var cluster = JsonNode.Parse("""{"apiVersion":"postgresql.cnpg.io/v1","kind":"Cluster","metadata":{"name":"db","namespace":"shop"},"spec":{"instances":3}}""")!;
        var db = new ClusterScene().Nodes(ThreeZones).With(cluster).Pods("a1 a1 a1", "Cluster/db", "db").Only();

        Assert.Equal(("Cluster", "db", 3, 1), (db.Kind, db.Name, db.Desired, db.Minimum));
        Assert.Equal(Outcome.Down, db.NodeLoss.Outcome);
        Assert.Equal(Outcome.Unknown, db.Rollout.Outcome);
    }

    [Fact]
    public void PodsOfWhatIsNotKnown_CountAsWell()
    {
        var survival = new ClusterScene().Nodes(ThreeZones).Pods("a1 a1", "Widget/w", "w").Pods("a1", "Job/j", "j").Pods("a1", "Node/a1", "static").Survival();

        Assert.Equal(("Widget", 2), Assert.Single(survival.Workloads) is var only ? (only.Kind, only.Desired) : default);
        Assert.Equal(4, survival.Nodes[0].Pods);
    }

    [Fact]
    public void WhatIsSwitchedOff_IsNotJudged()
    {
        var survival = new ClusterScene().Nodes(ThreeZones).With(ObjectJson.Deployment(0)).Pods("a1", "Job/j", "j").Survival();

        Assert.Empty(survival.Workloads);
        Assert.Equal(["Deployment shop/web"], survival.SwitchedOff);
    }

    [Fact]
    public void BrokersAndControllersOfKafka_AreCountedOverTheirPools()
    {
        static JsonNode Pool(string name, string role) => JsonNode.Parse("""
            {"apiVersion":"kafka.strimzi.io/v1beta2","kind":"KafkaNodePool","metadata":{"name":"","namespace":"shop","labels":{"strimzi.io/cluster":"k"}},
             "spec":{"replicas":1,"roles":["controller"]}}
            """)!.With("metadata.name", name).With("spec.roles[0]", role);
        static RunningPod PodOf(string pool, string node) => new()
        {
            Namespace = "shop",
            Name = "k-" + pool,
            NodeName = node,
            IsReady = true,
            Phase = PodPhase.Running,
            Controller = new("core.strimzi.io/v1beta2", "StrimziPodSet", "k-" + pool, "", IsController: true),
            Labels = new Dictionary<string, string> { ["strimzi.io/cluster"] = "k", ["strimzi.io/pool-name"] = pool },
        };
        var survival = new ClusterScene().Nodes(ThreeZones)
            .With(Pool("p1", "controller"), Pool("p2", "controller"), Pool("p3", "controller"))
            .Pod(PodOf("p1", "a1")).Pod(PodOf("p2", "b1")).Pod(PodOf("p3", "c1"))
            .Survival();

        Assert.All(survival.Workloads, pool => Assert.Equal((3, 2, Outcome.Survives), (pool.Desired, pool.Minimum, pool.ZoneLoss.Outcome)));
        Assert.Equal(3, survival.Workloads.Count);
    }
}
