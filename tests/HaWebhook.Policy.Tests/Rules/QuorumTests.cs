using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Rules;

public class QuorumTests
{
    private static readonly PolicyEvaluator _evaluator = new(PolicyOptions.Default, FixedClock.Default);

    /// <summary>A second implementation, by trying: a number is right where it survives the loss of one, and one fewer would survive less.</summary>
    [Fact]
    public void EveryNumberFromTwo_IsRightWhereItSurvivesMoreThanOneFewer() => Check.QuickThrowOnFailure(
        Prop.ForAll(Gen.Choose(2, 60).ToArbitrary(), members =>
        {
            var isRight = Survives(members) >= 1 && Survives(members) > Survives(members - 1);

            return isRight == (Findings(StatefulSet("registry.k8s.io/etcd:3.5.17-0", members), Loaded).Count == 0);
        }));

    [Theory]
    [InlineData(2, "is 2; must be at least 3")]
    [InlineData(60, "is 60; must be an odd number")]
    public void Finding_StartsWithTheNumberAndWhatIsRequired(int members, string start) =>
        Assert.StartsWith(start, Assert.Single(Findings(StatefulSet("etcd", members), Loaded)).Message, StringComparison.Ordinal);

    [Fact]
    public void ReplicaSetOfTwo_IsUndecidedWhereArbitersAreNotKnown()
    {
        var verdict = _evaluator.Validate(ReviewJson.OfCreate(StatefulSet("mongo:8.0.20", 2)).Read(), RelatedObjects.None);

        Assert.Contains(new SkippedRule("quorum", "the workloads of the namespace are not known here"), verdict.Skipped);
        Assert.DoesNotContain(verdict.Findings, finding => finding.Rule == "quorum");
    }

    /// <summary>The same second implementation: whoever votes counts, wherever it runs.</summary>
    [Theory]
    [InlineData("mongodb", "mongodb-arbiter", true)]
    [InlineData("web-shard0-data", "web-shard0-arbiter", true)]
    [InlineData("web-data", "web-data-arbiter", true)]
    [InlineData("web-shard0-data", "web-shard1-arbiter", false)]
    [InlineData("database", "base-arbiter", false)]
    public void Arbiters_VoteWithTheirSetAndNoOther(string set, string arbiters, bool isItsOwn) => Check.QuickThrowOnFailure(
        Prop.ForAll(Gen.Choose(2, 30).ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(), (members, votes) =>
        {
            var all = members + (isItsOwn ? votes : 0);
            var isRight = Survives(all) >= 1 && Survives(all) > Survives(all - 1);
            var related = new RelatedObjects
            {
                Autoscalers = AutoscalerIndex.Empty,
                Workloads = new([(Workload)ReviewJson.OfCreate(StatefulSet("mongo:8.0.20", votes).With("metadata.name", arbiters)).Read().Subject!], []),
            };

            return isRight == (Findings(StatefulSet("bitnami/mongodb-sharded:8.0", members).With("metadata.name", set), related).Count == 0);
        }));

    [Fact]
    public void ReplicaSetOfThree_NeedsNoArbiters()
    {
        var verdict = _evaluator.Validate(ReviewJson.OfCreate(StatefulSet("mongo:8.0.20", 3)).Read(), RelatedObjects.None);

        Assert.DoesNotContain(verdict.Skipped, skipped => skipped.Rule == "quorum");
    }

    [Theory]
    [InlineData("two", 2, true)]
    [InlineData("three", 3, false)]
    public void PoolThatFallsShort_IsUndecidedWhereTheOtherPoolsAreNotKnown(string name, int replicas, bool isUndecided)
    {
        var pool = JsonNode.Parse($$$"""
            {"kind":"KafkaNodePool","apiVersion":"kafka.strimzi.io/v1beta2","metadata":{"name":"{{{name}}}","namespace":"shop"},
             "spec":{"replicas":{{{replicas}}},"roles":["broker"]}}
            """)!;
        var review = ReviewJson.OfCreate(pool) with { Group = "kafka.strimzi.io", Resource = "kafkanodepools" };
        var verdict = _evaluator.Validate(review.Read(), RelatedObjects.None);

        Assert.Equal(isUndecided, verdict.Skipped.Any(skipped => skipped.Rule == "quorum"));
        Assert.DoesNotContain(verdict.Findings, finding => finding.Rule == "quorum");
    }

    [Theory]
    [InlineData("etcd", "etcd")]
    [InlineData("etcd:3.5", "etcd")]
    [InlineData("quay.io/coreos/etcd:v3.5.17", "etcd")]
    [InlineData("registry:5000/etcd", "etcd")]
    [InlineData("registry:5000/mirror/etcd:3@sha256:0123", "etcd")]
    [InlineData("etcd@sha256:0123", "etcd")]
    [InlineData("", "")]
    [InlineData("/", "")]
    [InlineData("@", "")]
    [InlineData(":", "")]
    public void ImageName_IsTheLastStepOfTheRepository(string image, string name) => Assert.Equal(name, QuorumSystem.ImageName(image).ToString());

    [Theory]
    [InlineData("spilo-16", true)]
    [InlineData("spilo", true)]
    [InlineData("spilogger", false)]
    public void NameWithADash_StandsForAllThatStartSo(string image, bool runs) => Assert.Equal(runs, QuorumSystem.PostgreSql.Runs(image));

    [Theory]
    [InlineData("/data", "/data", true)]
    [InlineData("/data/", "/data", true)]
    [InlineData("/", "/data", false)]
    [InlineData("", "/data", false)]
    [InlineData("/dat", "/data", false)]
    [InlineData("/data", "/data/db", true)]
    [InlineData("/data/db", "/data", false)]
    [InlineData("/data", "/database", false)]
    public void Path_HoldsItselfAndWhatIsBelow(string path, string directory, bool holds) => Assert.Equal(holds, DataMounts.Holds(path, directory));

    private static RelatedObjects Loaded => new() { Autoscalers = AutoscalerIndex.Empty, Workloads = WorkloadIndex.Empty };

    private static List<Finding> Findings(JsonNode subject, RelatedObjects related) =>
        [.. _evaluator.Validate(ReviewJson.OfCreate(subject).Read(), related).Findings.Where(finding => finding.Rule == "quorum")];

    private static JsonNode StatefulSet(string image, int replicas) => ObjectJson.Deployment(replicas)
        .With("kind", "StatefulSet")
        .With("spec.template.spec.containers[0].image", image);

    /// <summary>How many of the members may be lost while the others are more than half of all.</summary>
    private static int Survives(int members)
    {
        var lost = 0;
        while (members - (lost + 1) > (lost + 1))
        {
            lost++;
        }

        return lost;
    }
}
