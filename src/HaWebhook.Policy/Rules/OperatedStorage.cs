using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>
/// The fields by which operators are told to keep data on no claim. Those of CloudNativePG, MongoDBCommunity and the PostgreSQL operator of
/// Zalando always make claims.
/// </summary>
internal static class OperatedStorage
{
    private const string Claim = "{accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}";

    /// <summary>What keeps no data, with the field that says so.</summary>
    public static IEnumerable<Violation> Judge(ReplicatedResource resource) => (resource.Group, resource.Kind) switch
    {
        ("kafka.strimzi.io", "KafkaNodePool") => Kafka(resource),
        ("rabbitmq.com", "RabbitmqCluster") => RabbitMq(resource),
        ("databases.spotahome.com", "RedisFailover") => Redis(resource),
        ("elasticsearch.k8s.elastic.co", "Elasticsearch") => Elasticsearch(resource),
        _ => [],
    };

    /// <summary>Strimzi, EphemeralStorage and JbodStorage: an emptyDir, of which <c>jbod</c> may list several.</summary>
    private static IEnumerable<Violation> Kafka(ReplicatedResource resource)
    {
        if (RawField.Text(resource.SpecBytes, "storage", "type") == "ephemeral")
        {
            yield return Ephemeral("spec.storage.type", "spec.storage");
        }

        foreach (var volume in RawField.Items(resource.SpecBytes, "storage", "volumes"))
        {
            if (RawField.Text(volume, "type") == "ephemeral")
            {
                var field = $"spec.storage.volumes[{RawField.Scalar(volume, "id")}]";
                yield return Ephemeral($"{field}.type", field);
            }
        }

        static Violation Ephemeral(string field, string storage) => new(
            field,
            "is ephemeral, which is gone with its pod; the data of Kafka must be on a claim",
            () => $"Set type to persistent-claim and size to 100Gi, for instance, in {storage}.");
    }

    /// <summary>RabbitMQ Cluster Operator, Persistence: a size of 0 makes an emptyDir; absence means 10Gi.</summary>
    private static IEnumerable<Violation> RabbitMq(ReplicatedResource resource)
    {
        if (RawField.Scalar(resource.SpecBytes, "persistence", "storage") is { } size && IsZero(size))
        {
            yield return new(
                "spec.persistence.storage",
                $"is {size}, which means an emptyDir; the data of RabbitMQ must be on a claim",
                () => "Set spec.persistence.storage to 10Gi, for instance.");
        }
    }

    /// <summary>Redis Operator, Persistence: without a claim an emptyDir is used.</summary>
    private static IEnumerable<Violation> Redis(ReplicatedResource resource)
    {
        if (RawField.Find(resource.SpecBytes, "redis", "storage", "persistentVolumeClaim").IsEmpty)
        {
            yield return new(
                "spec.redis.storage.persistentVolumeClaim",
                "is missing, which means an emptyDir; the data of Redis must be on a claim",
                () => $"Add persistentVolumeClaim: {{metadata: {{name: data}}, spec: {Claim}}} to spec.redis.storage.");
        }
    }

    /// <summary>
    /// Elastic Cloud on Kubernetes, Volume claim templates: without any the operator makes a claim, unless the pod template has a volume of its name.
    /// </summary>
    private static IEnumerable<Violation> Elasticsearch(ReplicatedResource resource)
    {
        const string name = "elasticsearch-data";
        foreach (var nodeSet in RawField.Items(resource.SpecBytes, "nodeSets"))
        {
            if (!OperatedQuorum.RolesOf(nodeSet).KeepsData
                || RawField.Items(nodeSet, "volumeClaimTemplates").Any(template => RawField.Text(template, "metadata", "name") == name))
            {
                continue;
            }

            foreach (var volume in RawField.Items(nodeSet, "podTemplate", "spec", "volumes"))
            {
                if (RawField.Text(volume, "name") == name && LostOf(volume) is { } lost)
                {
                    yield return new(
                        $"spec.nodeSets[{RawField.Text(nodeSet, "name")}].podTemplate.spec.volumes[{name}]",
                        $"{lost}; the data of Elasticsearch must be on a claim",
                        () => $"Remove the volume and add volumeClaimTemplates: [{{metadata: {{name: {name}}}, spec: {Claim}}}] to the node set.");
                }
            }
        }
    }

    private static string? LostOf(ReadOnlyMemory<byte> volume) =>
        !RawField.Find(volume, "emptyDir").IsEmpty ? "is an emptyDir, which is gone with its pod"
        : !RawField.Find(volume, "hostPath").IsEmpty ? "is a hostPath, which stays behind when the pod moves to another node"
        : null;

    /// <summary>Whether a quantity is nothing, in whatever unit: <c>0</c>, <c>0Gi</c>, <c>0.0Gi</c>, <c>0e3</c>.</summary>
    private static bool IsZero(string quantity)
    {
        var number = quantity.AsSpan().TrimStart("+-");
        var rest = number.TrimStart("0.");
        return rest.Length < number.Length && (rest.IsEmpty || !char.IsAsciiDigit(rest[0]));
    }
}
