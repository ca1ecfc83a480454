using System.Globalization;
using HaWebhook.Policy.Json;

namespace HaWebhook.Policy.Objects;

/// <summary>What a count of a replicated resource counts of a quorum system.</summary>
/// <param name="System">The system, with what it asks of these members in particular.</param>
/// <param name="Count">The members that are counted together.</param>
/// <param name="Value">How many that are, to be read after the field: <c>is 2</c>.</param>
/// <param name="IsCertain">Whether members elsewhere cannot add to the count.</param>
internal sealed record OperatedQuorum(QuorumSystem System, int Count, string Value, bool IsCertain = true)
{
    /// <summary>What a resource's count means; null where nothing votes or replicates there.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="field">The field of the count.</param>
    /// <param name="count">The count.</param>
    /// <param name="related">Knows the other resources of the same cluster.</param>
    public static OperatedQuorum? Of(ReplicatedResource resource, string field, int count, RelatedObjects related)
    {
        if (resource.Metadata.Annotations.TryGetValue(HaAnnotations.Quorum, out var said) && QuorumPart.Says(said))
        {
            return QuorumPart.Named(said) is { } system ? new(system, count, Is(field, count)) : null;
        }

        return (resource.Group, resource.Kind, field) switch
        {
            ("mongodbcommunity.mongodb.com", "MongoDBCommunity", _) => MongoDb(resource, count),
            ("elasticsearch.k8s.elastic.co", "Elasticsearch", _) => Elasticsearch(resource, count),
            ("kafka.strimzi.io", "KafkaNodePool", _) => Kafka(resource, count, related),
            ("rabbitmq.com", "RabbitmqCluster", _) => new(QuorumSystem.RabbitMq, count, Is(field, count)),
            ("databases.spotahome.com", "RedisFailover", "spec.sentinel.replicas") => new(QuorumSystem.RedisSentinel, count, Is(field, count)),
            _ => null,
        };
    }

    /// <summary>
    /// What nodes of an item of <c>nodeSets</c> are there for: <c>config</c> holds <c>node.roles</c> as one key or as two
    /// (Elastic Cloud on Kubernetes, Node configuration).
    /// </summary>
    public static ElasticsearchRoles RolesOf(ReadOnlyMemory<byte> nodeSet)
    {
        var config = RawField.Find(nodeSet, "config");
        var isFlat = !RawField.Find(config, "node.roles").IsEmpty;
        var isSaid = isFlat || !RawField.Find(config, "node", "roles").IsEmpty;
        var roles = isFlat ? RawField.Items(config, "node.roles") : RawField.Items(config, "node", "roles");
        return ElasticsearchRoles.Of(
            isSaid ? [.. roles.Select(role => RawField.Text(role)).OfType<string>()] : null,
            RawField.Scalar(config, "node.master") ?? RawField.Scalar(config, "node", "master"),
            RawField.Scalar(config, "node.data") ?? RawField.Scalar(config, "node", "data"));
    }

    private static OperatedQuorum MongoDb(ReplicatedResource resource, int members)
    {
        var arbiters = RawField.Count(resource.SpecBytes, "arbiters") ?? 0;
        var votes = Sum(members, arbiters);
        return new(
            QuorumSystem.MongoDb,
            votes,
            arbiters == 0 ? Is("", members) : string.Create(CultureInfo.InvariantCulture, $"and spec.arbiters add up to {votes}"));
    }

    private static OperatedQuorum? Elasticsearch(ReplicatedResource resource, int all)
    {
        var masters = 0;
        var isCertain = true;
        foreach (var nodeSet in RawField.Items(resource.SpecBytes, "nodeSets"))
        {
            if (RolesOf(nodeSet).IsMasterEligible)
            {
                // A count that is left out is set by the operator's autoscaling.
                var count = RawField.Count(nodeSet, "count");
                isCertain &= count is not null;
                masters = Sum(masters, count ?? 0);
            }
        }

        var over = masters == all ? "" : " over the master-eligible ones";
        return isCertain && masters > 0
            ? new(QuorumSystem.Elasticsearch, masters, string.Create(CultureInfo.InvariantCulture, $"adds up to {masters}{over}"))
            : null;
    }

    /// <summary>The nodes of a cluster come from several pools: those of one role are counted together.</summary>
    private static OperatedQuorum Kafka(ReplicatedResource pool, int replicas, RelatedObjects related)
    {
        const string clusterLabel = "strimzi.io/cluster";
        var isController = HasRole(pool, "controller");
        var role = isController ? "controller" : "broker";
        var cluster = pool.Metadata.Labels.GetValueOrDefault(clusterLabel, "");
        var sum = replicas;
        foreach (var other in related.Workloads.ReplicatedResources)
        {
            if (other.Kind == pool.Kind
                && other.Group == pool.Group
                && other.Metadata.Name != pool.Metadata.Name
                && other.Metadata.Labels.GetValueOrDefault(clusterLabel, "") == cluster
                && HasRole(other, role))
            {
                sum = Sum(sum, other.Counts[0].Count);
            }
        }

        return new(
            isController ? QuorumSystem.KafkaControllers : QuorumSystem.Kafka,
            sum,
            sum == replicas ? Is("", sum) : string.Create(CultureInfo.InvariantCulture, $"adds up to {sum} with the other {role} pools"),
            related.Has(RelatedKinds.Workloads));
    }

    private static bool HasRole(ReplicatedResource pool, string role) => pool.Roles.Contains(role, StringComparer.Ordinal);

    private static int Sum(int one, int other) => (int)Math.Min((long)one + other, int.MaxValue);

    private static string Is(string field, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{(field.Contains("[]", StringComparison.Ordinal) ? "adds up to" : "is")} {count}");
}
