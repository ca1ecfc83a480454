using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

public class UpdatePaceTests
{
    private static readonly string[] _kinds = ["Deployment", "StatefulSet", "CloneSet"];

    [Theory]
    [InlineData("Deployment", "", null, null, 1, 0, 1)]
    [InlineData("Deployment", "RollingUpdate", null, null, 3, 0, 1)]
    [InlineData("Deployment", "RollingUpdate", null, null, 10, 2, 3)]
    [InlineData("Deployment", "", "50%", "0", 2, 1, 0)]
    [InlineData("Deployment", "", "100%", "1", 2, 2, 1)]
    [InlineData("Deployment", "", "5", "0", 2, 2, 0)]
    [InlineData("Deployment", "", "25%", "0%", 1, 1, 0)]
    [InlineData("Deployment", "", "0", "2147483647%", 2_000_000_000, 0, int.MaxValue)]
    [InlineData("Deployment", "Recreate", null, null, 3, 3, 0)]
    [InlineData("DeploymentConfig", "", null, null, 1, 0, 1)]
    [InlineData("DeploymentConfig", "Rolling", "100%", null, 2, 2, 1)]
    [InlineData("DeploymentConfig", "Recreate", null, null, 2, 2, 0)]
    [InlineData("Rollout", "canary", null, null, 1, 0, 1)]
    [InlineData("Rollout", "blueGreen", null, null, 2, 0, 2)]
    [InlineData("StatefulSet", "", null, null, 3, 1, 0)]
    [InlineData("StatefulSet", "RollingUpdate", "67%", null, 3, 2, 0)]
    [InlineData("StatefulSet", "RollingUpdate", "10%", null, 3, 1, 0)]
    [InlineData("CloneSet", "", null, null, 2, 1, 0)]
    [InlineData("CloneSet", "ReCreate", "51%", null, 2, 2, 0)]
    [InlineData("CloneSet", "InPlaceIfPossible", "51%", "1", 2, 1, 1)]
    public void Update_TakesAndAddsAsItsControllerDoes(string kind, string type, string? maxUnavailable, string? maxSurge, int pods, int taken, int added) =>
        Assert.Equal(new UpdatePace(taken, added), UpdatePace.Of(Workload(kind, new(type, Parse(maxUnavailable), Parse(maxSurge), null)), pods));

    [Theory]
    [InlineData("StatefulSet", "0", 3)]
    [InlineData("StatefulSet", "1", 2)]
    [InlineData("StatefulSet", "3", 0)]
    [InlineData("StatefulSet", "9", 0)]
    [InlineData("CloneSet", "0%", 3)]
    [InlineData("CloneSet", "1%", 2)]
    [InlineData("CloneSet", "99%", 1)]
    [InlineData("CloneSet", "100%", 0)]
    [InlineData("CloneSet", "3", 0)]
    public void Partition_HoldsPodsBack(string kind, string partition, int taken) =>
        Assert.Equal(new UpdatePace(taken, 0), UpdatePace.Of(Workload(kind, new("", Parse("100%"), null, Parse(partition))), 3));

    [Theory]
    [InlineData("StatefulSet", "OnDelete")]
    [InlineData("DeploymentConfig", "Custom")]
    [InlineData("Rollout", "")]
    [InlineData("ReplicaSet", "")]
    [InlineData("ReplicationController", "")]
    [InlineData("Anything", "RollingUpdate")]
    public void WhatNobodyUpdates_HasNoPace(string kind, string type) =>
        Assert.Null(UpdatePace.Of(Workload(kind, new(type, Parse("100%"), null, null)), 3));

    /// <summary>Against a controller that is played through with new pods that never become ready: what it takes away then is what it takes at once.</summary>
    [Fact]
    public void Deployment_TakesWhatASimulatedControllerTakes()
    {
        var property = Prop.ForAll(
            Arb.From(Gen.Choose(1, 60)),
            Arb.From(Figures()),
            Arb.From(Figures()),
            (pods, maxUnavailable, maxSurge) =>
                UpdatePace.Of(Workload("Deployment", new("RollingUpdate", maxUnavailable, maxSurge, null)), pods)!.Value.Taken
                == pods - OldPodsThatStay(pods, maxUnavailable, maxSurge));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), property);
    }

    /// <summary>So it is enough to judge the floor of an autoscaler.</summary>
    [Fact]
    public void WhatLeavesAPodOfFew_LeavesOneOfMore()
    {
        var strategies =
            from kind in Gen.Elements(_kinds)
            from maxUnavailable in Figures()
            from maxSurge in Figures()
            from partition in Figures()
            select Workload(kind, new("", maxUnavailable, maxSurge, partition));
        var property = Prop.ForAll(
            Arb.From(strategies),
            Arb.From(Gen.Choose(2, 40)),
            Arb.From(Gen.Choose(0, 200)),
            (workload, few, more) => TakesAll(workload, few) || !TakesAll(workload, few + more));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), property);
    }

    private static bool TakesAll(Workload workload, int pods) => UpdatePace.Of(workload, pods)!.Value.Taken >= pods;

    private static int OldPodsThatStay(int desired, IntOrPercent? maxUnavailable, IntOrPercent? maxSurge)
    {
        var surge = (int)decimal.Ceiling(Exact(maxSurge));
        var unavailable = (int)decimal.Floor(Exact(maxUnavailable));
        if (surge + unavailable == 0)
        {
            unavailable = 1;
        }

        var (old, young) = (desired, 0);
        while (true)
        {
            if (old + young < desired + surge && young < desired)
            {
                young++;
            }
            else if (old > 0 && old - 1 >= desired - unavailable)
            {
                old--;
            }
            else
            {
                return old;
            }
        }

        decimal Exact(IntOrPercent? figure) => figure switch
        {
            null => desired * 0.25m,
            { IsPercent: true } share => desired * share.Value / 100m,
            { } count => count.Value,
        };
    }

    private static Gen<IntOrPercent?> Figures() => Gen.OneOf(
        Gen.Constant<IntOrPercent?>(null),
        Gen.Choose(0, 6).Select(count => (IntOrPercent?)new IntOrPercent(count, IsPercent: false)),
        Gen.Choose(0, 100).Select(share => (IntOrPercent?)new IntOrPercent(share, IsPercent: true)));

    private static IntOrPercent? Parse(string? text) => text is null ? null : IntOrPercent.Parse(text);

    private static Workload Workload(string kind, UpdateStrategy strategy) => new()
    {
        ApiVersion = "apps/v1",
        Kind = kind,
        Metadata = Metadata.Empty,
        Template = PodTemplate.None,
        Strategy = strategy,
    };
}
