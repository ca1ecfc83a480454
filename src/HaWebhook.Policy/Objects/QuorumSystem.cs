namespace HaWebhook.Policy.Objects;

/// <summary>
/// A system whose members decide by majority, or replicate from one to the next, and keep data: what it asks of the number of its pods and
/// of where their data is.
/// </summary>
/// <param name="Id">What authors call it in the annotation <see cref="HaAnnotations.Quorum"/>.</param>
/// <param name="Title">Its name as people write it; empty for a system that only its author knows.</param>
/// <param name="Members">What it calls those that are counted, in the plural.</param>
internal sealed record QuorumSystem(string Id, string Title, string Members)
{
    private static readonly string[] _noNames = [];

    /// <summary>The fewest that survive the loss of one: 3 where a majority decides.</summary>
    public int Minimum { get; init; } = 3;

    /// <summary>
    /// Whether an even number is a mistake: one more than an odd number has to be waited for and none more may be lost. Not so where the
    /// system leaves one out by itself, or where not every pod votes.
    /// </summary>
    public bool NeedsOdd { get; init; } = true;

    /// <summary>Why there must be so many where it is not for the majority; empty where it is.</summary>
    public string WhyMinimum { get; init; } = "";

    /// <summary>Last steps of the repositories of its servers' images; one with a dash at its end stands for all that start so.</summary>
    public string[] Images { get; init; } = _noNames;

    /// <summary>Where the servers of those images keep their data unless told otherwise.</summary>
    public string[] DataDirectories { get; init; } = _noNames;

    /// <summary>Whether it may keep its data in another system, so that pods without a volume need not be wrong.</summary>
    public bool MayKeepDataElsewhere { get; init; }

    /// <summary>
    /// MongoDB (manual, Replica Set Deployment Architectures: three members, an odd number of votes). Each shard of a sharded cluster and its config
    /// servers are such sets too (manual, Sharded Cluster Components, https://www.mongodb.com/docs/manual/core/sharded-cluster-components/).
    /// </summary>
    public static readonly QuorumSystem MongoDb = new("mongodb", "MongoDB", "members")
    {
        Images = ["mongo", "mongodb", "mongodb-community-server", "mongodb-enterprise-server", "mongodb-sharded", "percona-server-mongodb"],
        DataDirectories = ["/data/db", "/bitnami/mongodb"],
    };

    /// <summary>
    /// Elasticsearch. High availability takes three master-eligible nodes; of an even number one is left out of the vote, so that it tolerates no
    /// fewer losses (Voting configurations, Even numbers of master-eligible nodes,
    /// https://www.elastic.co/docs/deploy-manage/distributed-architecture/discovery-cluster-formation/modules-discovery-voting).
    /// </summary>
    public static readonly QuorumSystem Elasticsearch = new("elasticsearch", "Elasticsearch", "master-eligible nodes")
    {
        NeedsOdd = false,
        Images = ["elasticsearch", "elasticsearch-oss", "elasticsearch-wolfi"],
        DataDirectories = ["/usr/share/elasticsearch/data", "/bitnami/elasticsearch/data"],
    };

    /// <summary>
    /// OpenSearch, which inherited the vote of Elasticsearch (Voting configuration management, Even numbers of cluster-manager-eligible nodes,
    /// https://docs.opensearch.org/latest/tuning-your-cluster/discovery-cluster-formation/voting-configuration/).
    /// </summary>
    public static readonly QuorumSystem OpenSearch = Elasticsearch with
    {
        Id = "opensearch",
        Title = "OpenSearch",
        Images = ["opensearch"],
        DataDirectories = ["/usr/share/opensearch/data", "/bitnami/opensearch/data"],
    };

    /// <summary>Redis Sentinel (Redis, High availability with Sentinel: at least three, of which a majority elects).</summary>
    public static readonly QuorumSystem RedisSentinel = new("redis-sentinel", "Redis", "Sentinels")
    {
        Images = ["redis-sentinel", "valkey-sentinel"],
        DataDirectories = ["/data", "/bitnami/redis/data", "/bitnami/valkey/data"],
    };

    /// <summary>
    /// Redis Cluster (Redis, Scale with Redis Cluster: at least three masters; replicas do not vote, so that any number above is right).
    /// </summary>
    public static readonly QuorumSystem RedisCluster = new("redis-cluster", "Redis Cluster", "nodes")
    {
        NeedsOdd = false,
        WhyMinimum = "Redis Cluster forms with 3 masters or more",
        Images = ["redis-cluster", "valkey-cluster"],
        DataDirectories = ["/data", "/bitnami/redis/data", "/bitnami/valkey/data"],
    };

    /// <summary>etcd (etcd, FAQ: an odd number of members; adding one to an odd number raises the majority but not what may be lost).</summary>
    public static readonly QuorumSystem Etcd = new("etcd", "etcd", "members")
    {
        Images = ["etcd"],
        DataDirectories = ["/var/lib/etcd", "/bitnami/etcd"],
    };

    /// <summary>ZooKeeper (Administrator's Guide, Clustered Setup: three servers, an odd number). Its log is data as much as its snapshots.</summary>
    public static readonly QuorumSystem ZooKeeper = new("zookeeper", "ZooKeeper", "servers")
    {
        Images = ["zookeeper", "cp-zookeeper", "kubernetes-zookeeper"],
        DataDirectories = ["/data", "/datalog", "/bitnami/zookeeper", "/var/lib/zookeeper/data", "/var/lib/zookeeper/log"],
    };

    /// <summary>RabbitMQ (Clustering Guide and Quorum Queues: an odd number, two nodes are advised against).</summary>
    public static readonly QuorumSystem RabbitMq = new("rabbitmq", "RabbitMQ", "nodes")
    {
        Images = ["rabbitmq"],
        DataDirectories = ["/var/lib/rabbitmq/mnesia", "/bitnami/rabbitmq/mnesia", "/opt/bitnami/rabbitmq/.rabbitmq/mnesia"],
    };

    /// <summary>Kafka's brokers, which do not vote (Kafka, Operations: replication factor 3 in production).</summary>
    public static readonly QuorumSystem Kafka = new("kafka", "Kafka", "brokers")
    {
        NeedsOdd = false,
        WhyMinimum = "each of the 3 copies of a topic needs a broker of its own",
        Images = ["kafka", "cp-kafka", "cp-server"],
        DataDirectories = ["/var/lib/kafka/data", "/bitnami/kafka"],
    };

    /// <summary>Kafka's controllers, brokers at once or not, which vote (Kafka, KRaft: 3 or 5 controllers).</summary>
    public static readonly QuorumSystem KafkaControllers = Kafka with { Members = "controllers", NeedsOdd = true, WhyMinimum = "" };

    /// <summary>Consul's servers (Consul, Consensus Protocol: 3 or 5 servers).</summary>
    public static readonly QuorumSystem Consul = new("consul", "Consul", "servers")
    {
        Images = ["consul", "consul-enterprise"],
        DataDirectories = ["/consul/data", "/bitnami/consul"],
    };

    /// <summary>NATS with JetStream (NATS, JetStream Clustering: 3 or 5 servers). Without it the servers keep nothing and do not vote.</summary>
    public static readonly QuorumSystem Nats = new("nats", "NATS", "JetStream servers")
    {
        Images = ["nats"],
        DataDirectories = ["/data"],
    };

    /// <summary>Vault and OpenBao with integrated storage (Vault, Integrated storage: 3 or 5 servers). With any other they do not vote.</summary>
    public static readonly QuorumSystem Vault = new("vault", "Vault", "servers")
    {
        MayKeepDataElsewhere = true,
        Images = ["vault", "vault-enterprise", "openbao"],
        DataDirectories = ["/vault/data", "/openbao/data"],
    };

    /// <summary>
    /// PostgreSQL under Patroni, as the operator of Zalando runs it too. Its members do not vote: the store where the leader is registered does, with
    /// its own majority (Kubernetes' API or etcd), so that a primary and one standby are enough for a failover (Patroni, Planning the Number of
    /// PostgreSQL Nodes, https://patroni.readthedocs.io/en/latest/README.html), unless Patroni is its own store by Raft.
    /// The same holds of CloudNativePG, which keeps the cluster's state in the Kubernetes API and nowhere else (FAQ, High availability,
    /// https://cloudnative-pg.io/documentation/current/faq/), and which therefore has no entry here: minimum-replicas asks for two.
    /// </summary>
    public static readonly QuorumSystem PostgreSql = new("postgresql", "PostgreSQL", "members")
    {
        Minimum = 2,
        NeedsOdd = false,
        Images = ["spilo", "spilo-", "patroni", "timescaledb-ha"],
        DataDirectories = ["/home/postgres/pgdata", "/var/lib/postgresql"],
    };

    /// <summary>A system that its author calls one, of which nothing else is known.</summary>
    public static readonly QuorumSystem Unnamed = new("true", "", "members") { MayKeepDataElsewhere = true };

    /// <summary>Every system that has a name, in the order in which documents list them.</summary>
    public static readonly QuorumSystem[] All =
    [
        MongoDb, Elasticsearch, OpenSearch, RedisSentinel, RedisCluster, Etcd, ZooKeeper, RabbitMq, Kafka, Consul, Nats, Vault, PostgreSql,
    ];

    /// <summary>Why fewer than <see cref="Minimum"/> are too few.</summary>
    /// <param name="count">How many there are.</param>
    public string WhyTooFew(int count) =>
        WhyMinimum.Length > 0 ? WhyMinimum
        : count == 1 ? "nothing stands in for the only one"
        : $"2 {Counted} need both for a majority and so fail more often than 1";

    /// <summary>What is counted, with whose it is: <c>etcd members</c>.</summary>
    public string Counted => Title.Length == 0 ? Members : $"{Title} {Members}";

    /// <summary>Whether an image is one of its servers.</summary>
    public bool Runs(string image)
    {
        var name = ImageName(image);
        foreach (var known in Images)
        {
            if (name.SequenceEqual(known) || (known[^1] == '-' && name.StartsWith(known, StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The last step of an image's repository, without registry, tag and digest; empty for what is no reference.</summary>
    public static ReadOnlySpan<char> ImageName(string image) =>
        ImageReference.TryParse(image, out var reference) ? reference.Name[(reference.Name.LastIndexOf('/') + 1)..] : default;
}
