using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Survivability;
using Outcome = HaWebhook.Policy.Survivability.Outcome;

namespace HaWebhook.Policy.Tests.Survivability;

/// <summary>A workload's own rollout.</summary>
public class RolloutTests
{
    [Theory]
    [InlineData("Deployment", 2, "{}", Outcome.Survives, "An update takes no pod away before its successor is ready.")]
    [InlineData("Deployment", 1, "{}", Outcome.Survives, "An update takes no pod away before its successor is ready.")]
    [InlineData("Deployment", 4, """{"rollingUpdate":{"maxUnavailable":"50%"}}""", Outcome.Survives, "An update takes 2 of 4 pods away before a new one is ready.")]
    [InlineData("Deployment", 4, """{"rollingUpdate":{"maxUnavailable":3}}""", Outcome.Degraded,
        "An update takes 3 of 4 pods away before a new one is ready; 1 left is fewer than half of 4.")]
    [InlineData("Deployment", 2, """{"rollingUpdate":{"maxUnavailable":"100%"}}""", Outcome.Down, "An update takes all 2 pods away before a new one is ready.")]
    [InlineData("Deployment", 1, """{"rollingUpdate":{"maxUnavailable":1}}""", Outcome.Down, "An update takes the only pod away before a new one is ready.")]
    [InlineData("Deployment", 3, """{"type":"Recreate"}""", Outcome.Down, "An update takes all 3 pods away before a new one is ready.")]
    [InlineData("StatefulSet", 1, "{}", Outcome.Down, "An update takes the only pod away before a new one is ready.")]
    [InlineData("StatefulSet", 3, "{}", Outcome.Survives, "An update takes 1 of 3 pods away before a new one is ready.")]
    [InlineData("StatefulSet", 3, """{"rollingUpdate":{"maxUnavailable":2}}""", Outcome.Degraded,
        "An update takes 2 of 3 pods away before a new one is ready; 1 left is fewer than half of 3.")]
    [InlineData("StatefulSet", 1, """{"rollingUpdate":{"partition":1}}""", Outcome.Survives, "Its partition holds every pod back, so that an update replaces none.")]
    [InlineData("StatefulSet", 1, """{"type":"OnDelete"}""", Outcome.Survives, "With OnDelete an update replaces no pod by itself.")]
    [InlineData("ReplicaSet", 1, "{}", Outcome.Survives, "A ReplicaSet has no rollout.")]
    [InlineData("Rollout", 1, "{}", Outcome.Unknown, "How an update replaces the pods of this Rollout is not known here.")]
    [InlineData("Rollout", 1, """{"blueGreen":{}}""", Outcome.Survives, "An update takes no pod away before its successor is ready.")]
    public void ARolloutTakesWhatItsStrategySays(string kind, int replicas, string strategy, Outcome outcome, string reason)
    {
        var rollout = Of(Workload(kind, replicas, strategy)).Rollout;

        Assert.Equal((outcome, reason), (rollout.Outcome, rollout.Reason));
        Assert.Equal(outcome is Outcome.Down or Outcome.Degraded, rollout.Mend is not null);
    }

    [Theory]
    [InlineData("{}", Outcome.Survives)]
    [InlineData("""{"rollingUpdate":{"maxUnavailable":2}}""", Outcome.Down)]
    public void WhatVotes_KeepsAMajorityOrIsDown(string strategy, Outcome outcome) =>
        Assert.Equal(outcome, Of(ClusterScene.StatefulSet(3, "etcd:3", strategy)).Rollout.Outcome);

    [Fact]
    public void WithoutAReadinessProbe_ARolloutGuaranteesNothing()
    {
        var rollout = Of(ObjectJson.Deployment(3).Without("spec.template.spec.containers[0].readinessProbe")).Rollout;

        Assert.Equal(Outcome.Unknown, rollout.Outcome);
        Assert.StartsWith("A rollout guarantees nothing: no container has a readiness probe", rollout.Reason, StringComparison.Ordinal);
        Assert.Equal("spec.template.spec.containers[web].readinessProbe", rollout.Mend!.Field);
        Assert.Equal("Add readinessProbe: {tcpSocket: {port: 8080}} to the container web.", rollout.Mend.Fix);
    }

    [Fact]
    public void AStartupProbeHoldsNewPodsBackToo()
    {
        var web = ObjectJson.Deployment(3).Without("spec.template.spec.containers[0].readinessProbe")
            .WithJson("spec.template.spec.containers[0].startupProbe", """{"tcpSocket":{"port":8080}}""");

        Assert.Equal(Outcome.Survives, Of(web).Rollout.Outcome);
    }

    [Fact]
    public void WithoutAReadinessProbe_DownIsStillDown() => Assert.Equal(
        Outcome.Down,
        Of(Workload("Deployment", 2, """{"type":"Recreate"}""").Without("spec.template.spec.containers[0].readinessProbe")).Rollout.Outcome);

    [Theory]
    [InlineData("Deployment", 2, """{"rollingUpdate":{"maxUnavailable":"100%"}}""", "spec.strategy.rollingUpdate.maxUnavailable",
        "Set spec.strategy.rollingUpdate.maxUnavailable to 1.")]
    [InlineData("Deployment", 2, """{"type":"Recreate"}""", "spec.strategy.type", "Set spec.strategy to {type: RollingUpdate}.")]
    [InlineData("Deployment", 1, """{"type":"Recreate"}""", "spec.strategy.rollingUpdate.maxUnavailable",
        "Make it a rolling update with maxUnavailable: 0 and maxSurge: 1.")]
    [InlineData("StatefulSet", 1, "{}", "spec.replicas", "Set spec.replicas to 2 or more.")]
    public void ARolloutIsMendedByOneChange(string kind, int replicas, string strategy, string field, string fix)
    {
        var mend = Of(Workload(kind, replicas, strategy)).Rollout.Mend!;

        Assert.Equal((field, fix), (mend.Field, mend.Fix));
    }

    [Fact]
    public void TwoMembersNeedAThird() =>
        Assert.Equal("Set spec.replicas to 3 or more.", Of(ClusterScene.StatefulSet(2, "etcd:3")).Rollout.Mend!.Fix);

    [Theory]
    [InlineData("{}", 3, Outcome.Survives)]
    [InlineData("""{"rollingUpdate":{"maxUnavailable":"100%"}}""", 3, Outcome.Down)]
    [InlineData("""{"rollingUpdate":{"maxUnavailable":"34%"}}""", 3, Outcome.Degraded)]
    [InlineData("""{"rollingUpdate":{"maxSurge":1}}""", 1, Outcome.Survives)]
    [InlineData("{}", 1, Outcome.Down)]
    [InlineData("""{"type":"OnDelete"}""", 1, Outcome.Survives)]
    public void ADaemonSetRollsNodeByNode(string strategy, int nodes, Outcome outcome)
    {
        var agent = ObjectJson.Deployment().With("kind", "DaemonSet").WithJson("spec.updateStrategy", strategy);
        var pods = string.Join(' ', Enumerable.Range(1, nodes).Select(index => string.Create(CultureInfo.InvariantCulture, $"a{index}")));

        Assert.Equal(outcome, new ClusterScene().With(agent).Pods(pods, "DaemonSet/web").Only().Rollout.Outcome);
    }

    /// <summary>Against controllers that are played through step by step, with new pods that become ready whenever it is worst.</summary>
    [Fact]
    public void ARolloutLeavesWhatAPlayedOneLeaves()
    {
        var property = Prop.ForAll(
            Arb.From(Gen.Elements("Deployment", "StatefulSet")),
            Arb.From(Gen.Choose(1, 9)),
            Arb.From(Gen.Elements("0", "1", "2", "3", "9", "0%", "10%", "25%", "34%", "50%", "67%", "100%").Two()),
            (kind, replicas, figures) =>
            {
                var (unavailable, surge) = figures;
                var strategy = kind == "Deployment"
                    ? $$$"""{"rollingUpdate":{"maxUnavailable":{{{Json(unavailable)}}},"maxSurge":{{{Json(surge)}}} }}"""
                    : $$$"""{"rollingUpdate":{"maxUnavailable":{{{Json(unavailable)}}} }}""";
                var left = kind == "Deployment"
                    ? Fewest(replicas, Whole(surge, replicas, decimal.Ceiling), Whole(unavailable, replicas, decimal.Floor))
                    : replicas - Math.Min(replicas, Math.Max(1, Whole(unavailable, replicas, decimal.Floor)));
                var rollout = Of(Workload(kind, replicas, strategy)).Rollout;
                var expected = left == replicas ? Outcome.Survives : left == 0 ? Outcome.Down : left * 2 < replicas ? Outcome.Degraded : Outcome.Survives;
                return (rollout.Outcome, rollout.Remaining) == (expected, left);
            });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
    }

    /// <summary>Every state that the deployment controller can reach: it adds new pods up to the surge, and removes old ones down to what must be ready.</summary>
    private static int Fewest(int desired, int surge, int unavailable)
    {
        if (surge + unavailable == 0)
        {
            unavailable = 1;
        }

        var fewest = desired;
        HashSet<(int Old, int Young, int Ready)> seen = [];
        Stack<(int Old, int Young, int Ready)> next = new([(desired, 0, 0)]);
        while (next.TryPop(out var state))
        {
            var (old, young, ready) = state;
            if (!seen.Add(state))
            {
                continue;
            }

            fewest = Math.Min(fewest, old + ready);
            if (young < desired && old + young < desired + surge)
            {
                next.Push((old, young + 1, ready));
            }

            if (ready < young)
            {
                next.Push((old, young, ready + 1));
            }

            if (old > 0 && old + ready - 1 >= desired - unavailable)
            {
                next.Push((old - 1, young, ready));
            }
        }

        return fewest;
    }

    private static int Whole(string figure, int of, Func<decimal, decimal> round) => figure.EndsWith('%')
        ? (int)round(of * decimal.Parse(figure[..^1], CultureInfo.InvariantCulture) / 100m)
        : int.Parse(figure, CultureInfo.InvariantCulture);

    private static string Json(string figure) => figure.EndsWith('%') ? $"\"{figure}\"" : figure;

    private static JsonNode Workload(string kind, int replicas, string strategy) => ObjectJson.Deployment(replicas)
        .With("kind", kind)
        .With("apiVersion", kind == "Rollout" ? "argoproj.io/v1alpha1" : "apps/v1")
        .WithJson(kind == "StatefulSet" ? "spec.updateStrategy" : "spec.strategy", strategy);

    private static WorkloadSurvival Of(JsonNode workload) => new ClusterScene().With(workload).Only();
}
