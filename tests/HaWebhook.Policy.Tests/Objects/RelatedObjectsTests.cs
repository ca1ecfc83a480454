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

    [Fact]
    public void Copy_KeepsWhatIsLoaded()
    {
        var related = new RelatedObjects { Claims = new Dictionary<string, PersistentVolumeClaim>() } with { Version = new(1, 30) };

        Assert.Equal(RelatedKinds.Claims, related.Loaded);
        Assert.Equal(RelatedKinds.Claims | RelatedKinds.Autoscalers, (related with { Autoscalers = AutoscalerIndex.Empty }).Loaded);
    }

    /// <summary>Many reviews ask a new index at once.</summary>
    [Fact]
    public void Indexes_AreBuiltOnceWhoeverAsks()
    {
        for (var round = 0; round < 20; round++)
        {
            var read = 0;
            var autoscalers = new AutoscalerIndex(new CountedList<Autoscaler>([Autoscaler("a", "web"), Autoscaler("b", "web")], () => Interlocked.Increment(ref read)));
            var workloads = new WorkloadIndex([Workload("apps/v1", "Deployment", "web")], []);
            var budgets = new DisruptionBudgetIndex([new() { ApiVersion = "policy/v1", Kind = "PodDisruptionBudget", Metadata = new() { Name = "web" }, Selector = new(null) }]);
            Parallel.For(0, 8, _ =>
            {
                Assert.Equal(2, autoscalers.Of("apps", "Deployment", "web").Count);
                Assert.NotNull(workloads.Find("apps", "Deployment", "web"));
                Assert.Single(workloads.SelectedBy(new(null)));
                Assert.Single(budgets.Selecting(new Dictionary<string, string> { ["app"] = "web" }));
            });

            Assert.Equal(1, read);
        }
    }

    [Fact]
    public void PreparedIndex_IsBuiltBeforeItIsAsked()
    {
        var read = 0;
        var index = new AutoscalerIndex(new CountedList<Autoscaler>([Autoscaler("a", "web")], () => read++));
        Assert.Equal(0, read);

        Assert.Same(index, index.Prepare());
        Assert.Equal(1, read);
        Assert.Single(index.Of("apps", "Deployment", "web"));
        Assert.Equal(1, read);
        Assert.Empty(WorkloadIndex.Empty.Prepare().PodOwners);
        Assert.Empty(DisruptionBudgetIndex.Empty.Prepare().All);
    }

    [Theory]
    [InlineData(1, 27, true)]
    [InlineData(1, 26, false)]
    [InlineData(1, 36, true)]
    [InlineData(2, 0, true)]
    [InlineData(0, 99, false)]
    public void Version_IsComparedByItsFirstNumberFirst(int major, int minor, bool isAtLeast) =>
        Assert.Equal(isAtLeast, new KubernetesVersion(major, minor).IsAtLeast(1, 27));

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

    /// <summary>Tells whenever somebody goes through it.</summary>
    private sealed class CountedList<T>(T[] items, Action told) : IReadOnlyList<T>
    {
        public int Count => items.Length;

        public T this[int index] => items[index];

        public IEnumerator<T> GetEnumerator()
        {
            told();
            return ((IEnumerable<T>)items).GetEnumerator();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
