using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Policy.Configuration;

/// <summary>The policy: what the policy file says, with a default for everything that it leaves out.</summary>
public sealed record PolicyOptions
{
    /// <summary>Without a policy file.</summary>
    public static readonly PolicyOptions Default = new();

    /// <summary>Caps the action of every rule. Default: <see cref="Mode.Enforce"/>.</summary>
    public Mode Mode { get; init; } = Mode.Enforce;

    /// <summary>Whether an update may keep a violation that the stored object already has. Default: it may, with a warning.</summary>
    public Outcome ExistingViolations { get; init; } = Outcome.Allow;

    /// <summary>What follows when a rule itself fails. Default: the request is allowed.</summary>
    public Outcome OnRuleError { get; init; } = Outcome.Allow;

    /// <summary>What the namespace label may do to the mode. Default: make it stricter.</summary>
    public NamespaceModes NamespaceModes { get; init; } = NamespaceModes.StricterOnly;

    /// <summary>What authors may do with exemption annotations.</summary>
    public AnnotationExemptions AnnotationExemptions { get; init; } = new();

    /// <summary>Exemptions that the policy itself grants.</summary>
    public IReadOnlyList<PolicyExemption> Exemptions { get; init; } = [];

    /// <summary>Users whose scales pass because the autoscaler behind them was judged itself.</summary>
    public IReadOnlyList<string> Autoscalers { get; init; } =
    [
        "system:serviceaccount:kube-system:horizontal-pod-autoscaler",
        "system:serviceaccount:keda:keda-operator",
        "system:kube-controller-manager",
    ];

    /// <summary>Users whose creates count as updates: backup tools that bring back what was there. Default: none.</summary>
    public IReadOnlyList<string> RestoreUsers { get; init; } = [];

    /// <summary>Custom resources that are shaped like a Deployment.</summary>
    public IReadOnlyList<CustomWorkload> Workloads { get; init; } =
    [
        new("argoproj.io", "Rollout", "rollouts"),
        new("apps.kruise.io", "CloneSet", "clonesets"),
        new("apps.openshift.io", "DeploymentConfig", "deploymentconfigs", Absent: 0),
    ];

    /// <summary>Custom resources that keep their replica count elsewhere.</summary>
    public IReadOnlyList<CustomReplicatedResource> ReplicatedResources { get; init; } =
    [
        new("postgresql.cnpg.io", "Cluster", "clusters", "spec.instances"),
        new("mongodbcommunity.mongodb.com", "MongoDBCommunity", "mongodbcommunity", "spec.members"),
        new("elasticsearch.k8s.elastic.co", "Elasticsearch", "elasticsearches", "spec.nodeSets[].count"),
        new("kafka.strimzi.io", "KafkaNodePool", "kafkanodepools", "spec.replicas"),
        new("rabbitmq.com", "RabbitmqCluster", "rabbitmqclusters", "spec.replicas"),
        new("databases.spotahome.com", "RedisFailover", "redisfailovers", "spec.redis.replicas", Absent: 3),
        new("databases.spotahome.com", "RedisFailover", "redisfailovers", "spec.sentinel.replicas", Absent: 3),
        new("acid.zalan.do", "postgresql", "postgresqls", "spec.numberOfInstances"),
    ];

    /// <summary>Settings by rule id; a rule that is not there has its defaults.</summary>
    public IReadOnlyDictionary<string, RuleSettings> Rules { get; init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, RuleSettings>.Empty;

    /// <summary>What is different in some namespaces. Of those that select a namespace later ones win, key by key. Default: nothing.</summary>
    public IReadOnlyList<PolicyOverride> Overrides { get; init; } = [];

    /// <summary>Tells two policies apart in audit annotations and metrics: 12 hexadecimal digits of the file's SHA-256, or <c>default</c>.</summary>
    public string Hash { get; init; } = "default";

    /// <summary>The policy with a mode that goes before its own and before those of its overrides.</summary>
    public PolicyOptions WithMode(Mode mode) => this with { Mode = mode, Overrides = [.. Overrides.Select(given => given with { Mode = null })] };

    /// <summary>The policy as an override makes it.</summary>
    internal PolicyOptions With(PolicyOverride over)
    {
        var rules = new Dictionary<string, RuleSettings>(Rules, StringComparer.Ordinal);
        foreach (var (id, settings) in over.Rules)
        {
            rules[id] = SettingsOf(id).With(settings);
        }

        return this with { Mode = over.Mode ?? Mode, Rules = rules };
    }

    internal RuleSettings SettingsOf(string ruleId) => Rules.GetValueOrDefault(ruleId, RuleSettings.Defaults);
}

/// <summary>What authors may do with exemption annotations.</summary>
public sealed record AnnotationExemptions
{
    /// <summary>Whether annotations exempt at all. Default: they do.</summary>
    public bool Allowed { get; init; } = true;

    /// <summary>How many days ahead <c>exempt-until</c> may lie, at most. Default: 180. Range: 1 to 3650.</summary>
    public int MaximumDays { get; init; } = 180;

    /// <summary>Whether an exemption must say when it ends. Default: it need not.</summary>
    public bool UntilRequired { get; init; }
}

/// <summary>An exemption that the policy grants to requests that match all that is given, exactly.</summary>
public sealed record PolicyExemption
{
    /// <summary>Namespaces; empty for any.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>User names; empty for any.</summary>
    public IReadOnlyList<string> Usernames { get; init; } = [];

    /// <summary>Groups, of which the user has one; empty for any.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Service accounts as <c>namespace/name</c>; empty for any.</summary>
    public IReadOnlyList<string> ServiceAccounts { get; init; } = [];

    /// <summary>Rule ids, or <c>all</c>. Default: all.</summary>
    public IReadOnlyList<string> Rules { get; init; } = ["all"];

    /// <summary>Why; never empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The last day on which it holds (UTC); null for no end.</summary>
    public DateOnly? Until { get; init; }
}

/// <summary>What is different in some namespaces.</summary>
public sealed record PolicyOverride
{
    /// <summary>Selects the namespaces by their labels.</summary>
    public required LabelSelector NamespaceSelector { get; init; }

    /// <summary>The mode there; null for no other.</summary>
    public Mode? Mode { get; init; }

    /// <summary>Settings by rule id, which go over the policy's own key by key.</summary>
    public IReadOnlyDictionary<string, RuleSettings> Rules { get; init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, RuleSettings>.Empty;
}

/// <summary>A custom resource shaped like a Deployment.</summary>
/// <param name="Group">API group.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Resource">Resource, the plural in URLs.</param>
/// <param name="Absent">What the absence of <c>spec.replicas</c> means to its controller. Default: 1.</param>
public sealed record CustomWorkload(string Group, string Kind, string Resource, int Absent = 1);

/// <summary>A custom resource that keeps its replica count at a path of its own.</summary>
/// <param name="Group">API group.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Resource">Resource, the plural in URLs.</param>
/// <param name="Path">Where the count stands, for instance <c>spec.instances</c>; <c>[]</c> after a step adds a list up.</param>
/// <param name="Absent">What the absence of the count means to its operator. Default: 1.</param>
public sealed record CustomReplicatedResource(string Group, string Kind, string Resource, string Path, int Absent = 1);
