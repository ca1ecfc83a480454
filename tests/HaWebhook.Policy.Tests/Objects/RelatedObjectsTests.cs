using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Tests.Objects;

public class RelatedObjectsTests
{
    [Fact]
    public void Loaded_IsWhatWasSetThoughItBeEmpty()
    {
        Assert.Equal(RelatedKinds.None, RelatedObjects.None.Loaded);
        Assert.Equal(RelatedKinds.Autoscalers, new RelatedObjects { Autoscalers = AutoscalerIndex.Empty }.Loaded);
        Assert.Equal(
            RelatedKinds.DisruptionBudgets | RelatedKinds.Workloads,
            new RelatedObjects { DisruptionBudgets = new([]), Workloads = new([], []) }.Loaded);
        Assert.Equal(RelatedKinds.Claims, new RelatedObjects { Claims = new Dictionary<string, PersistentVolumeClaim>() }.Loaded);
    }

    [Theory]
    [InlineData(RelatedKinds.None, null)]
    [InlineData(RelatedKinds.Claims, null)]
    [InlineData(RelatedKinds.DisruptionBudgets, "disruption budgets are not known here")]
    [InlineData(RelatedKinds.Claims | RelatedKinds.Workloads, "the workloads of the namespace are not known here")]
    [InlineData(RelatedKinds.Autoscalers, "autoscalers are not known here")]
    public void RuleThatNeedsWhatIsNotLoaded_IsUndecided(RelatedKinds kinds, string? reason)
    {
        var related = new RelatedObjects { Claims = new Dictionary<string, PersistentVolumeClaim>() };

        Assert.Equal(reason, Undecided.Without(kinds, related)?.Reason);
        Assert.Equal(reason is null, related.Has(kinds));
        Assert.NotNull(Undecided.Without(RelatedKinds.Claims, RelatedObjects.None));
    }

    [Fact]
    public void Workloads_AreFoundByGroupKindAndName()
    {
        var web = Workload("apps/v1", "Deployment", "web");
        var rollout = Workload("argoproj.io/v1alpha1", "Rollout", "web");
        var cluster = new ReplicatedResource { ApiVersion = "postgresql.cnpg.io/v1", Kind = "Cluster", Metadata = new() { Name = "db" } };
        var index = new WorkloadIndex([web, rollout], [cluster]);

        Assert.Same(web, index.Find("apps", "Deployment", "web"));
        Assert.Same(rollout, index.Find("argoproj.io", "Rollout", "web"));
        Assert.Same(cluster, index.Find("postgresql.cnpg.io", "Cluster", "db"));
        Assert.Null(index.Find("apps", "StatefulSet", "web"));
        Assert.Null(WorkloadIndex.Empty.Find("apps", "Deployment", "web"));
    }

    [Fact]
    public void Autoscalers_AreToldInTheOrderOfTheirNames()
    {
        var index = new AutoscalerIndex([Autoscaler("c", "web"), Autoscaler("a", "web"), Autoscaler("b", "api")]);

        Assert.Equal(["a", "c"], index.Of("apps", "Deployment", "web").Select(autoscaler => autoscaler.Metadata.Name));
        Assert.Equal(["b"], index.Of("apps", "Deployment", "api").Select(autoscaler => autoscaler.Metadata.Name));
        Assert.Empty(index.Of("apps", "StatefulSet", "web"));
    }

    private static Workload Workload(string apiVersion, string kind, string name) =>
        new() { ApiVersion = apiVersion, Kind = kind, Metadata = new() { Name = name }, Template = PodTemplate.None };

    private static Autoscaler Autoscaler(string name, string target) => new()
    {
        ApiVersion = "autoscaling/v2",
        Kind = "HorizontalPodAutoscaler",
        Metadata = new() { Name = name },
        TargetGroup = "apps",
        TargetKind = "Deployment",
        TargetName = target,
    };
}
