using HaWebhook.Policy.Json;

namespace HaWebhook.Policy.Objects;

/// <summary>What a workload runs of a quorum system.</summary>
/// <param name="System">The system, with what it asks of these pods in particular.</param>
/// <param name="DataContainer">The container that keeps the data; null where none does, or where nobody can tell which.</param>
internal sealed record QuorumPart(QuorumSystem System, Container? DataContainer)
{
    /// <summary>The annotation's value for pods that are no members of such a system, whatever their image.</summary>
    public const string None = "none";

    /// <summary>
    /// What a workload runs, by annotation, else by image; null for nothing of the kind. By image only StatefulSets are told: a Deployment of
    /// Redis is a cache. Sentinels are told in Deployments too, where they often are: they vote wherever they run.
    /// </summary>
    public static QuorumPart? Of(Workload workload)
    {
        if (workload.Annotation(HaAnnotations.Quorum) is { } said && Says(said))
        {
            return Named(said) is { } system ? new(system, ServerOf(system, workload)) : null;
        }

        return workload.Kind is "StatefulSet" ? Redis(workload) ?? Server(workload)
            : workload.Kind is "Deployment" ? Redis(workload) is { } part && part.System == QuorumSystem.RedisSentinel ? part : null
            : null;
    }

    /// <summary>Whether the annotation's value means something.</summary>
    public static bool Says(string said) => said == None || Named(said) is not null;

    /// <summary>The system that the annotation names; null for none.</summary>
    public static QuorumSystem? Named(string said)
    {
        foreach (var system in QuorumSystem.All)
        {
            if (system.Id == said)
            {
                return system;
            }
        }

        return said == QuorumSystem.Unnamed.Id ? QuorumSystem.Unnamed : null;
    }

    /// <summary>
    /// Whether a workload is the arbiter of a MongoDB replica set: a vote without data, of which a set has one and no more (MongoDB manual,
    /// https://www.mongodb.com/docs/manual/tutorial/add-replica-set-arbiter/).
    /// </summary>
    public static bool IsArbiter(Workload workload)
    {
        if (workload.Kind == "StatefulSet")
        {
            foreach (var container in workload.Template.Spec.Containers)
            {
                if (QuorumSystem.MongoDb.Runs(container.Image))
                {
                    return IsMongoArbiter(workload, container);
                }
            }
        }

        return false;
    }

    private static Container? ServerOf(QuorumSystem system, Workload workload)
    {
        var containers = workload.Template.Spec.Containers;
        return containers.FirstOrDefault(container => system.Runs(container.Image)) ?? (containers.Count == 1 ? containers[0] : null);
    }

    private static QuorumPart? Server(Workload workload)
    {
        foreach (var container in workload.Template.Spec.Containers)
        {
            foreach (var system in QuorumSystem.All)
            {
                if (system.Runs(container.Image))
                {
                    return InItsRole(system, workload, container);
                }
            }
        }

        return null;
    }

    /// <summary>The same image runs members and others: what this one is.</summary>
    private static QuorumPart? InItsRole(QuorumSystem system, Workload workload, Container container) => system.Id switch
    {
        "mongodb" => IsMongoMember(workload, container) ? new(system, container) : null,
        "elasticsearch" or "opensearch" => Elasticsearch(system, RolesOf(workload, container), container),
        "kafka" => new(Kafka(RawContainer.Of(workload.Template.Spec, container)), container),
        "consul" => IsConsulServer(workload, container) ? new(system, container) : null,
        "nats" => workload.HasClaimTemplates || HasJetStream(workload, container) ? new(system, container) : null,
        "vault" => new(DataMounts.Cover(container, system) ? system : system with { Minimum = 2, NeedsOdd = false }, container),
        _ => new(system, container),
    };

    /// <summary>An arbiter votes but keeps nothing, and is counted with its set; a router (<c>mongos</c>) does neither.</summary>
    private static bool IsMongoMember(Workload workload, Container container) =>
        !IsMongoArbiter(workload, container) && !IsMongoRouter(workload, container);

    /// <summary>By the names, labels and variables of Bitnami's charts, replicated and sharded.</summary>
    private static bool IsMongoArbiter(Workload workload, Container container) =>
        workload.Metadata.Name.EndsWith("-arbiter", StringComparison.Ordinal)
        || ComponentOf(workload) is "arbiter" or "shardsvr-arbiter"
        || RawContainer.Of(workload.Template.Spec, container).Variable("MONGODB_REPLICA_SET_MODE") == "arbiter";

    private static bool IsMongoRouter(Workload workload, Container container)
    {
        var raw = RawContainer.Of(workload.Template.Spec, container);
        return ComponentOf(workload) == "mongos"
            || raw.Variable("MONGODB_SHARDING_MODE") == "mongos"
            || raw.Words.Any(word => FileName(word) == "mongos");
    }

    private static string? ComponentOf(Workload workload) =>
        workload.Metadata.Labels.TryGetValue(WellKnownLabels.Component, out var own)
            ? own
            : workload.Template.Metadata.Labels.GetValueOrDefault(WellKnownLabels.Component);

    private static QuorumPart? Elasticsearch(QuorumSystem system, ElasticsearchRoles roles, Container container) =>
        roles.IsMasterEligible ? new(system, container)
        : roles.KeepsData ? new(system with { Minimum = 2 }, container)
        : null;

    private static ElasticsearchRoles RolesOf(Workload workload, Container container)
    {
        var raw = RawContainer.Of(workload.Template.Spec, container);
        var roles = raw.Variable("node.roles", "ELASTICSEARCH_NODE_ROLES", "OPENSEARCH_NODE_ROLES");
        return ElasticsearchRoles.Of(
            roles?.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            raw.Variable("node.master"),
            raw.Variable("node.data"));
    }

    /// <summary>Brokers that are named so may be some of many; without a role they are those of a cluster that ZooKeeper keeps.</summary>
    private static QuorumSystem Kafka(RawContainer container) => container.Variable("KAFKA_PROCESS_ROLES", "KAFKA_CFG_PROCESS_ROLES") switch
    {
        null => QuorumSystem.Kafka,
        var roles when roles.Contains("controller", StringComparison.Ordinal) => QuorumSystem.KafkaControllers,
        _ => QuorumSystem.Kafka with { Minimum = 2 },
    };

    /// <summary>The same program is a client agent beside other containers.</summary>
    private static bool IsConsulServer(Workload workload, Container container)
    {
        var words = RawContainer.Of(workload.Template.Spec, container).Words;
        return words.Count == 0 || words.Any(word => word.Contains("-server", StringComparison.Ordinal));
    }

    private static bool HasJetStream(Workload workload, Container container) =>
        RawContainer.Of(workload.Template.Spec, container).Words.Any(word => word is "-js" or "--js" or "-jetstream" or "--jetstream");

    private static QuorumPart? Redis(Workload workload)
    {
        var hasSentinel = false;
        Container? server = null;
        Container? clusterNode = null;
        var containers = workload.Template.Spec.Containers;

        // By index: this is run on every Deployment, and an enumerator would be made for each.
        for (var i = 0; i < containers.Count; i++)
        {
            var container = containers[i];
            var isServer = QuorumSystem.ImageName(container.Image) is "redis" or "valkey" or "redis-stack-server";
            if (QuorumSystem.RedisSentinel.Runs(container.Image) || (isServer && IsSentinel(workload, container)))
            {
                hasSentinel = true;
            }
            else if (QuorumSystem.RedisCluster.Runs(container.Image) || (isServer && IsClusterNode(workload, container)))
            {
                clusterNode ??= container;
            }
            else if (isServer)
            {
                server ??= container;
            }
        }

        return hasSentinel ? new(QuorumSystem.RedisSentinel, server)
            : clusterNode is not null ? new(QuorumSystem.RedisCluster, clusterNode)
            : null;
    }

    /// <summary>The one program is both. A mere mention does not count: clients of Sentinel name it as their host.</summary>
    private static bool IsSentinel(Workload workload, Container container)
    {
        if (container.Name == "sentinel" || container.Name.EndsWith("-sentinel", StringComparison.Ordinal))
        {
            return true;
        }

        var words = RawContainer.Of(workload.Template.Spec, container).Words;
        return words.Count > 0
            && (FileName(words[0]) is "redis-sentinel" or "valkey-sentinel"
                || words.Any(word => word.Contains("--sentinel", StringComparison.Ordinal)
                    || word.Contains("exec redis-sentinel", StringComparison.Ordinal)
                    || word.Contains("exec valkey-sentinel", StringComparison.Ordinal)));
    }

    private static bool IsClusterNode(Workload workload, Container container) =>
        string.Join(' ', RawContainer.Of(workload.Template.Spec, container).Words).Contains("cluster-enabled yes", StringComparison.Ordinal);

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
