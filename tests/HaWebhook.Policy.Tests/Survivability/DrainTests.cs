using System.Text.Json.Nodes;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Tests.Survivability;

/// <summary>The drain of a node: what it evicts at once, and what holds it up.</summary>
public class DrainTests
{
    private const string Nodes = "a1=zone-a b1=zone-b c1=zone-c";

    [Theory]
    [InlineData("", "a1 a1", Outcome.Down, 0, "All its 2 ready pods are evicted at once when node a1 is drained.")]
    [InlineData("", "a1 b1", Outcome.Survives, 1, "A drain evicts at most 1 of its 2 ready pods at once.")]
    [InlineData("maxUnavailable=1", "a1 a1", Outcome.Survives, 1, "A drain evicts at most 1 of its 2 ready pods at once.")]
    [InlineData("maxUnavailable=100%", "a1 a1", Outcome.Down, 0, "All its 2 ready pods are evicted at once when node a1 is drained.")]
    [InlineData("minAvailable=2", "a1 a1", Outcome.Survives, 2, "A drain evicts none of its pods.")]
    [InlineData("minAvailable=1", "a1", Outcome.Survives, 1, "A drain evicts none of its pods.")]
    [InlineData("minAvailable=50%", "a1 a1 a1", Outcome.Survives, 2, "A drain evicts at most 1 of its 3 ready pods at once.")]
    [InlineData("maxUnavailable=1", "a1 a1!", Outcome.Survives, 1, "A drain evicts none of its pods.")]
    [InlineData("maxUnavailable=1", "a1", Outcome.Down, 0, "Its only ready pod is evicted at once when node a1 is drained.")]
    public void ADrainTakesWhatTheBudgetLetsGo(string budget, string pods, Outcome outcome, int left, string reason)
    {
        var drain = Scene(pods, budget).Only().Drain;

        Assert.Equal((outcome, left, reason), (drain.Outcome, drain.Remaining, drain.Reason));
    }

    [Theory]
    [InlineData("", "a1 a1", DrainState.Free, "")]
    [InlineData("maxUnavailable=1", "a1 b1", DrainState.Free, "")]
    [InlineData("maxUnavailable=1", "a1 a1", DrainState.InTurns, "")]
    [InlineData("maxUnavailable=1", "a1 b1!", DrainState.Waits, "PodDisruptionBudget web lets no pod go now: 1 pod of 2 is ready.")]
    [InlineData("maxUnavailable=1", "a1! b1 c1", DrainState.Free, "")]
    [InlineData("minAvailable=2", "a1 b1", DrainState.Blocked, "PodDisruptionBudget web lets no pod go even when all of them are ready.")]
    [InlineData("minAvailable=1", "a1", DrainState.Blocked, "PodDisruptionBudget web lets no pod go even when all of them are ready.")]
    [InlineData("minAvailable=51%", "a1 b1", DrainState.Blocked, "PodDisruptionBudget web lets no pod go even when all of them are ready.")]
    [InlineData("maxUnavailable=0", "a1 b1 c1", DrainState.Blocked, "PodDisruptionBudget web lets no pod go even when all of them are ready.")]
    [InlineData("maxUnavailable=0", "a1? b1 c1", DrainState.Free, "")]
    [InlineData("maxUnavailable=0", "a1~ b1 c1", DrainState.Free, "")]
    [InlineData("maxUnavailable=0", "a1x b1 c1", DrainState.Free, "")]
    public void ADrainIsHeldUpByItsBudget(string budget, string pods, DrainState state, string reason)
    {
        var survival = Scene(pods, budget).Survival();
        var node = survival.Nodes[0];

        Assert.Equal(("a1", state), (node.Name, node.Drain));
        Assert.Equal(reason, node.Obstacles.Count == 0 ? "" : Assert.Single(node.Obstacles).Reason);
        Assert.Equal(reason.Length > 0, survival.Workloads[0].Obstacles.Any(obstacle => obstacle.State == state));
    }

    [Theory]
    [InlineData("minAvailable=2", "a1 b1", "PodDisruptionBudget/web spec.minAvailable", "is 2, which blocks every drain; must let at least one pod go",
        "Replace spec.minAvailable by maxUnavailable: 1, or set spec.replicas of Deployment web to 3 or more.")]
    [InlineData("maxUnavailable=0", "a1 b1", "PodDisruptionBudget/web spec.maxUnavailable", "is 0, which blocks every drain; must let at least one pod go",
        "Set spec.maxUnavailable to 1.")]
    [InlineData("maxUnavailable=1", "a1 b1! c1!", "PodDisruptionBudget/web spec.unhealthyPodEvictionPolicy",
        "is IfHealthyBudget, which keeps pods that are not ready from being evicted; must be AlwaysAllow", "Set spec.unhealthyPodEvictionPolicy to AlwaysAllow.")]
    public void WhatHoldsADrainUp_IsMendedAtTheBudget(string budget, string pods, string field, string message, string fix)
    {
        var nodes = Scene(pods, budget).Survival().Nodes;

        Assert.Equal(new Mend(field, message, fix), nodes[1].Obstacles[0].Mend);
    }

    [Fact]
    public void WaitingForReadyPods_NeedsNoMend() => Assert.Null(Scene("a1 b1!", "maxUnavailable=1").Survival().Nodes[0].Obstacles[0].Mend);

    [Fact]
    public void PodsThatAreNotReady_GoFreelyWithAlwaysAllow()
    {
        var budget = RelatedJson.Budget("minAvailable=1").With("spec.unhealthyPodEvictionPolicy", "AlwaysAllow");

        Assert.Equal(DrainState.Free, new ClusterScene().Nodes(Nodes).Web("a1! b1!").With(budget).Survival().Nodes[0].Drain);
        Assert.Equal(DrainState.Waits, Scene("a1! b1!", "minAvailable=1").Survival().Nodes[0].Drain);
    }

    [Fact]
    public void TwoBudgetsOnOnePod_BlockForGood()
    {
        var survival = Scene("a1 b1", "maxUnavailable=1").With(RelatedJson.Budget("maxUnavailable=1", "all")).Survival();
        var obstacle = Assert.Single(survival.Nodes[0].Obstacles);

        Assert.Equal((DrainState.Blocked, "shop"), (obstacle.State, obstacle.Namespace));
        Assert.Equal(["all", "web"], obstacle.Budgets);
        Assert.Equal("PodDisruptionBudgets all and web select the same pods, whose evictions then fail.", obstacle.Reason);
        Assert.Equal("PodDisruptionBudget/web spec.selector", obstacle.Mend!.Field);
        Assert.Equal(Outcome.Survives, survival.Workloads[0].Drain.Outcome);
        Assert.Equal(2, Assert.Single(survival.Workloads[0].Obstacles).Pods);
    }

    [Fact]
    public void PodWithoutAController_NeedsForceAndIsGoneForGood()
    {
        var survival = new ClusterScene().Nodes(Nodes).Pods("a1", "", "lone").Survival();
        var lone = Assert.Single(survival.Workloads);

        Assert.Equal(DrainState.NeedsForce, survival.Nodes[0].Drain);
        Assert.Equal(("Pod", Outcome.Down, Outcome.Down, Outcome.Survives), (lone.Kind, lone.Drain.Outcome, lone.NodeLoss.Outcome, lone.Rollout.Outcome));
        Assert.Equal(("kind", "kind"), (lone.Drain.Mend!.Field, lone.NodeLoss.Mend!.Field));
    }

    [Fact]
    public void PodsOfDaemonSetsAndNodes_StayAndHoldNothingUp()
    {
        var daemons = ObjectJson.Deployment().With("kind", "DaemonSet").With("metadata.name", "agent");
        var survival = new ClusterScene().Nodes(Nodes).With(daemons).Pods("a1 b1 c1", "DaemonSet/agent").Pods("a1", "Node/a1", "static")
            .With(RelatedJson.Budget("maxUnavailable=0")).Survival();
        var agent = Assert.Single(survival.Workloads);

        Assert.All(survival.Nodes, node => Assert.Equal(DrainState.Free, node.Drain));
        Assert.Equal(("DaemonSet", 3, Outcome.Survives, Outcome.Survives), (agent.Kind, agent.Desired, agent.Drain.Outcome, agent.NodeLoss.Outcome));
    }

    [Fact]
    public void BudgetOverPodsWithoutAScale_LetsNoneGo()
    {
        // The Job's pods carry the labels of the Deployment's.
        var survival = Scene("a1 b1", "maxUnavailable=1").Pods("c1x", "Job/migrate").Survival();

        var obstacle = Assert.Single(survival.Nodes[0].Obstacles);
        Assert.Contains("which have no scale", obstacle.Reason, StringComparison.Ordinal);
        Assert.Contains("spec.minAvailable", obstacle.Mend!.Fix, StringComparison.Ordinal);
        Assert.Equal(DrainState.Free, Scene("a1 b1", "minAvailable=1").Pods("c1x", "Job/migrate").Survival().Nodes[0].Drain);
    }

    [Fact]
    public void WithoutBudgetsRead_ADrainIsNotKnown()
    {
        Assert.Equal(Outcome.Unknown, new ClusterScene().Nodes(Nodes).Web("a1 a1").WithoutBudgets().Only().Drain.Outcome);
        Assert.Equal(Outcome.Survives, new ClusterScene().Nodes(Nodes).Web("a1 b1").WithoutBudgets().Only().Drain.Outcome);
        Assert.Equal([false, true, true], new ClusterScene().Nodes(Nodes).Web("a1 a1").WithoutBudgets().Survival().Nodes.Select(node => node.KnowsBudgets));
    }

    [Theory]
    [InlineData("", 2, "PodDisruptionBudget", "Add a PodDisruptionBudget with maxUnavailable: 1 and selector: {matchLabels: {app: web}}.")]
    [InlineData("maxUnavailable=100%", 2, "PodDisruptionBudget/web spec.maxUnavailable", "Set spec.maxUnavailable to 1.")]
    [InlineData("minAvailable=0", 2, "PodDisruptionBudget/web spec.minAvailable", "Replace spec.minAvailable by maxUnavailable: 1.")]
    [InlineData("", 1, "spec.replicas", "Set spec.replicas to 2 or more.")]
    public void ADrainThatTakesTooMany_IsMendedByABudgetOrReplicas(string budget, int replicas, string field, string fix)
    {
        var mend = Scene(string.Join(' ', Enumerable.Repeat("a1", replicas)), budget).Only().Drain.Mend!;

        Assert.Equal((field, fix), (mend.Field, mend.Fix));
    }

    [Fact]
    public void ASharedBudget_MayBeSpentOnOneWorkload()
    {
        var api = ObjectJson.Deployment(4).With("metadata.name", "api");
        var budget = JsonNode.Parse("""
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"all","namespace":"shop"},"spec":{"maxUnavailable":2,"selector":{}}}
            """)!;
        var survival = new ClusterScene().Nodes(Nodes).Web("a1 a1").With(api, budget).Pods("a1 b1 c1 c1", "ReplicaSet/api-5d4").Survival();

        Assert.Equal(Outcome.Down, survival.Workloads.Single(workload => workload.Name == "web").Drain.Outcome);
        Assert.Equal("", survival.Workloads[0].Budget);
        Assert.Equal("web", Assert.Single(survival.Nodes[0].DuringDrain.Down).Name);
    }

    private static ClusterScene Scene(string pods, string budget)
    {
        var scene = new ClusterScene().Nodes(Nodes).Web(pods);
        return budget.Length == 0 ? scene : scene.With(RelatedJson.Budget(budget));
    }
}
