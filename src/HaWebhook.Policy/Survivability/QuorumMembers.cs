using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Survivability;

/// <summary>
/// Finds the members of a quorum where they are not simply the pods of one workload: the arbiter that a chart of MongoDB puts beside the members, the
/// pools of one Kafka cluster, and of an Elasticsearch cluster the master-eligible nodes alone.
/// </summary>
internal static class QuorumMembers
{
    private const string KafkaCluster = "strimzi.io/cluster";
    private const string KafkaPool = "strimzi.io/pool-name";
    private const string ElasticsearchMaster = "elasticsearch.k8s.elastic.co/node-master";

    /// <summary>The KafkaNodePool of a pod, whose controller is not the pool; null for other pods (Strimzi, labels of its resources).</summary>
    public static OwnerReference? PoolOf(RunningPod pod, Space space) =>
        pod.Labels.TryGetValue(KafkaPool, out var name)
        && space.Related.Workloads.Find("kafka.strimzi.io", "KafkaNodePool", name) is ReplicatedResource { Counts.Count: 1 } pool
            ? new(pool.ApiVersion, pool.Kind, name, pool.Metadata.Uid, IsController: true)
            : null;

    /// <summary>Lets each quorum count the pods that are its members.</summary>
    public static void Join(List<Subject> subjects)
    {
        var byName = subjects.ToDictionary(subject =>
            (subject.Space.Name, subject.Owner.Kind, subject.Owner.Name, KubernetesObject.GroupOf(subject.Owner.ApiVersion)));
        List<Subject> pools = [.. subjects.Where(subject => subject.Source is ReplicatedResource { Kind: "KafkaNodePool" })];
        foreach (var subject in subjects)
        {
            if (subject.Need.Members is null)
            {
                continue;
            }

            if (subject.Source is Workload { Kind: "StatefulSet" } set)
            {
                JoinArbiter(subject, set, byName);
            }
            else if (subject.Source is ReplicatedResource { Kind: "KafkaNodePool" } pool)
            {
                subject.Count([.. pools.Where(other => IsOfSameRole(pool, subject, other)).SelectMany(other => other.Pods)]);
            }
            else if (subject.Source is ReplicatedResource { Kind: "Elasticsearch" } && subject.Pods.Any(IsMaster))
            {
                subject.Count([.. subject.Pods.Where(IsMaster)]);
            }
        }
    }

    private static void JoinArbiter(
        Subject subject, Workload set, Dictionary<(string Namespace, string Kind, string Name, string Group), Subject> byName)
    {
        const string members = "-data";
        var name = set.Metadata.Name;
        var arbiter = Find(name) ?? (name.EndsWith(members, StringComparison.Ordinal) ? Find(name[..^members.Length]) : null);
        if (arbiter is { Need.Desired: > 0, Source: { } source } && QuorumMinimum.Of(source, subject.Space.Related) == QuorumMinimum.Arbiter)
        {
            var votes = (int)Math.Min((long)subject.Need.Own + arbiter.Need.Own, int.MaxValue);
            subject.Need = Need.OfMajority(votes, subject.Need.Own, subject.Need.Members!);
            subject.Count([.. subject.Pods, .. arbiter.Pods]);
            arbiter.IsPartOfAnother = true;
        }

        Subject? Find(string of) => byName.GetValueOrDefault((subject.Space.Name, "StatefulSet", of + "-arbiter", subject.Source!.Group));
    }

    /// <summary>Controllers elect; brokers without a say keep the copies. As <see cref="OperatedQuorum"/> counts them.</summary>
    private static bool IsOfSameRole(ReplicatedResource pool, Subject subject, Subject other) =>
        other.Source is ReplicatedResource resource
        && other.Space == subject.Space
        && ClusterOf(resource) == ClusterOf(pool)
        && resource.Roles.Contains(pool.Roles.Contains("controller") ? "controller" : "broker");

    private static string ClusterOf(ReplicatedResource pool) => pool.Metadata.Labels.GetValueOrDefault(KafkaCluster, "");

    private static bool IsMaster(Placed placed) => placed.Pod.Labels.TryGetValue(ElasticsearchMaster, out var value) && value == "true";
}
