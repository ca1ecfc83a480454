using System.Globalization;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Tests.Survivability;

/// <summary>A cluster of 10,000 workloads with 30,000 pods on 1,000 nodes of 4 zones, each with a budget of its own, in 100 namespaces.</summary>
public class LargeClusterTests
{
    private const int Workloads = 10_000;
    private const int PodsOfEach = 3;
    private const int NodeCount = 1_000;
    private const int Namespaces = 100;
    private const int ZoneCount = 4;

    [Fact]
    public void EveryWorkloadNodeAndZoneIsJudged()
    {
        var picture = Picture();

        var survival = ClusterSurvival.Of(picture);

        // The pods of every tenth workload share a node, those of the next a zone; the others are spread.
        Assert.Equal(Workloads, survival.Workloads.Count);
        Assert.Equal(Workloads / 10, survival.Count(Failure.NodeLoss, Outcome.Down));
        Assert.Equal(Workloads / 5, survival.Count(Failure.ZoneLoss, Outcome.Down));
        Assert.Equal(Workloads, survival.Count(Failure.Drain, Outcome.Survives));
        Assert.Equal(Workloads, survival.Count(Failure.Rollout, Outcome.Survives));
        Assert.Equal(NodeCount, survival.Nodes.Count);
        Assert.Equal(Workloads * PodsOfEach, survival.Nodes.Sum(node => node.Pods));
        Assert.Equal(Workloads / 10, survival.Nodes.Sum(node => node.Loss.Down.Count));
        Assert.Equal(Workloads / 5, survival.Zones.Sum(zone => zone.Loss.Down.Count));
        Assert.Equal(Workloads / 10, survival.Nodes.Count(node => node.Drain == DrainState.InTurns) * (Workloads / 10 / 100));
    }

    private static ClusterPicture Picture()
    {
        var workloads = Enumerable.Range(0, Workloads).Select(WorkloadAt).ToList();
        var budgets = workloads.Select(BudgetOf).ToList();
        return new()
        {
            Nodes = [.. Enumerable.Range(0, NodeCount).Select(index => new Node
            {
                Name = NodeName(index),
                IsReady = true,
                Labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = string.Create(CultureInfo.InvariantCulture, $"zone-{index % ZoneCount}") },
            })],
            Pods = [.. workloads.SelectMany((workload, index) => Enumerable.Range(0, PodsOfEach).Select(pod => PodOf(workload, index, pod)))],
            Namespaces = workloads.Zip(budgets).GroupBy(pair => pair.First.Metadata.Namespace).ToDictionary(
                group => group.Key,
                group => new RelatedObjects
                {
                    Autoscalers = AutoscalerIndex.Empty,
                    Workloads = new([.. group.Select(pair => pair.First)], []),
                    DisruptionBudgets = new([.. group.Select(pair => pair.Second)]),
                }),
        };
    }

    private static Workload WorkloadAt(int index)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"web-{index}");
        var labels = new Dictionary<string, string> { ["part-of"] = "shop", ["app"] = name };
        return new()
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = new() { Name = name, Namespace = string.Create(CultureInfo.InvariantCulture, $"team-{index % Namespaces}") },
            Replicas = PodsOfEach,
            Selector = new(labels),
            Template = new(
                new() { Labels = labels },
                new()
                {
                    Containers = [new() { Name = "web", Image = "web:1", ReadinessProbe = new() }],
                    TopologySpreadConstraints = [new(1, "topology.kubernetes.io/zone", "ScheduleAnyway", new(labels))],
                }),
        };
    }

    private static PodDisruptionBudget BudgetOf(Workload workload) => new()
    {
        ApiVersion = "policy/v1",
        Kind = "PodDisruptionBudget",
        Metadata = workload.Metadata,
        Selector = workload.Selector,
        MaxUnavailable = new(1, IsPercent: false),
    };

    private static RunningPod PodOf(Workload workload, int index, int pod)
    {
        var node = (index % 10) switch
        {
            0 => index,
            1 => index + (pod * ZoneCount),
            _ => index + pod,
        };
        return new()
        {
            Namespace = workload.Metadata.Namespace,
            Name = string.Create(CultureInfo.InvariantCulture, $"{workload.Metadata.Name}-5d4-{pod}"),
            Labels = new Dictionary<string, string>(workload.Template.Metadata.Labels) { ["pod-template-hash"] = "5d4" },
            Controller = new("apps/v1", "ReplicaSet", workload.Metadata.Name + "-5d4", "", IsController: true),
            NodeName = NodeName(node % NodeCount),
            Phase = PodPhase.Running,
            IsReady = true,
        };
    }

    private static string NodeName(int index) => string.Create(CultureInfo.InvariantCulture, $"node-{index:0000}");
}
