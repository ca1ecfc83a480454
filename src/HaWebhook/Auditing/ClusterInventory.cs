using HaWebhook.Checking;
using HaWebhook.Cluster;
using HaWebhook.Kubernetes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing;

/// <summary>All of a cluster that an audit looks at, as it was read.</summary>
internal sealed class ClusterInventory
{
    private readonly SharedStrings _strings = new();
    private readonly PolicyReader _reader;
    private readonly ClusterLists _lists;
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _labels = new(StringComparer.Ordinal);
    private readonly List<StandingObject> _objects = [];
    private RelatedKinds _missing;

    private ClusterInventory(PolicyReader reader, ClusterLists lists) => (_reader, _lists) = (reader, lists);

    /// <summary>The server's version; null where it does not tell one.</summary>
    public KubernetesVersion? Version { get; private set; }

    /// <summary>The groups that it serves, with the version that each prefers.</summary>
    public IReadOnlyDictionary<string, string> Groups { get; private set; } = new Dictionary<string, string>();

    /// <summary>What rules judge or look at, pods without a controller among it, but no namespaces.</summary>
    public IReadOnlyList<StandingObject> Objects => _objects;

    /// <summary>The pods; null where not all of them could be read.</summary>
    public IReadOnlyList<RunningPod>? Pods { get; private set; }

    /// <summary>The nodes; null where they could not be read.</summary>
    public IReadOnlyList<Node>? Nodes { get; private set; }

    /// <summary>What is backed up.</summary>
    public Backups Backups { get; private set; } = Backups.None;

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<AuditGap> Gaps => _lists.Gaps;

    /// <summary>Objects that could not be read.</summary>
    public IEnumerable<CheckError> Errors => _lists.Errors;

    /// <summary>Whether nothing at all could be listed of what lives in namespaces.</summary>
    public bool IsEmptyHanded => _lists.Listed == 0;

    /// <summary>Reads the cluster.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="options">The policy.</param>
    /// <param name="reader">Reads objects.</param>
    /// <param name="namespaces">The only namespaces, which exist; empty for all.</param>
    /// <param name="progress">Is told how far it has come.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<ClusterInventory> ReadAsync(
        KubernetesClient client,
        PolicyOptions options,
        PolicyReader reader,
        IReadOnlyList<string> namespaces,
        ProgressLine progress,
        CancellationToken cancellation)
    {
        var inventory = new ClusterInventory(reader, new ClusterLists(client, namespaces, progress));
        await inventory.AskServerAsync(client, cancellation);
        await inventory.ReadNamespacesAsync(client, namespaces, cancellation);
        foreach (var kind in AuditKinds.Objects(options, inventory.Groups))
        {
            var (items, isWhole) = await inventory._lists.ListAsync(
                kind.Resource,
                json => reader.ReadObject(json, kind.ApiVersion, kind.Kind) is { } whole ? StandingObject.Of(kind, whole, json) : null,
                AuditKinds.Consequence(kind),
                cancellation,
                isOptional: kind.IsCustom || kind == ClusterKind.ScaledObjects);
            inventory._objects.AddRange(items);
            inventory._missing |= isWhole || kind.IsCustom || kind == ClusterKind.ScaledObjects ? RelatedKinds.None : kind.Related;
        }

        await inventory.ReadPodsAsync(cancellation);
        await inventory.ReadNodesAsync(cancellation);
        await inventory.ReadBackupsAsync(cancellation);
        return inventory;
    }

    /// <summary>The objects of each namespace, as each other's related objects.</summary>
    /// <param name="isForRules">
    /// Whether rules ask, to which a kind that was not read whole is not known at all; else what was read of it counts.
    /// </param>
    public Dictionary<string, RelatedObjects> Related(bool isForRules)
    {
        var missing = _missing & (isForRules ? RelatedKinds.All : RelatedKinds.All & ~RelatedKinds.Workloads);
        var byNamespace = _objects.ToLookup(item => item.Kept.Metadata.Namespace, item => item.Kept, StringComparer.Ordinal);
        var names = byNamespace.Select(group => group.Key).Concat(_labels.Keys).Concat((Pods ?? []).Select(pod => pod.Namespace)).Distinct(StringComparer.Ordinal);
        return names.ToDictionary(name => name, name => Of(name, [.. byNamespace[name]], missing), StringComparer.Ordinal);
    }

    private RelatedObjects Of(string name, List<KubernetesObject> members, RelatedKinds missing)
    {
        var related = new RelatedObjects
        {
            NamespaceLabels = _labels.GetValueOrDefault(name, RelatedObjects.None.NamespaceLabels),
            Version = Version,
            ServesGroup = Groups.ContainsKey,
        };
        related = missing.HasFlag(RelatedKinds.Autoscalers) ? related : related with { Autoscalers = new([.. members.OfType<Autoscaler>()]) };
        related = missing.HasFlag(RelatedKinds.DisruptionBudgets)
            ? related
            : related with { DisruptionBudgets = new([.. members.OfType<PodDisruptionBudget>()]) };
        related = missing.HasFlag(RelatedKinds.Claims)
            ? related
            : related with { Claims = members.OfType<PersistentVolumeClaim>().ToDictionary(claim => claim.Metadata.Name, StringComparer.Ordinal) };
        return missing.HasFlag(RelatedKinds.Workloads)
            ? related
            : related with { Workloads = new([.. members.OfType<PodOwner>()], [.. members.OfType<ReplicatedResource>()]) };
    }

    private async Task AskServerAsync(KubernetesClient client, CancellationToken cancellation)
    {
        Groups = await client.GetGroupsAsync(cancellation);
        try
        {
            var version = await client.GetVersionAsync(cancellation);
            Version = new KubernetesVersion(version.Major, version.Minor);
        }
        catch (Exception exception) when (exception is InvalidDataException or KubernetesApiException { Code: 403 or 404 })
        {
            // A version that cannot be read is no reason to know nothing else.
        }
    }

    private async Task ReadNamespacesAsync(KubernetesClient client, IReadOnlyList<string> namespaces, CancellationToken cancellation)
    {
        const string Consequence = "Labels of namespaces are not known: no override and no mode of a namespace counts, and teams are told by objects alone.";
        var kind = ClusterKind.Namespaces;
        if (namespaces.Count == 0)
        {
            var (items, _) = await _lists.ListAsync(kind.Resource, Read, Consequence, cancellation);
            items.ForEach(Keep);
            return;
        }

        foreach (var name in namespaces)
        {
            try
            {
                Keep(Read(await client.GetAsync(kind.Resource, null, name, cancellation)));
            }
            catch (KubernetesApiException exception) when (exception.Code == 403)
            {
                _lists.Gaps.Add(ClusterLists.GapOf(kind.Resource, null, exception, Consequence, "get"));
            }
        }

        KubernetesObject Read(ReadOnlyMemory<byte> json) => ClusterReader.Keep(_reader.ReadObject(json, kind.ApiVersion, kind.Kind)!);

        void Keep(KubernetesObject item) => _labels[item.Metadata.Name] = item.Metadata.Labels;
    }

    private async Task ReadPodsAsync(CancellationToken cancellation)
    {
        var kind = AuditKinds.Pods;
        var (pods, isWhole) = await _lists.ListAsync(
            kind.Resource,
            json =>
            {
                var pod = ClusterReader.ReadPod(json, _strings);

                // Only of those that nothing makes again more is asked than where they are.
                var bare = pod.Controller is null && _reader.ReadObject(json, kind.ApiVersion, kind.Kind) is { } whole ? StandingObject.Of(kind, whole, json) : null;
                return new ReadPod(pod, bare);
            },
            AuditKinds.Consequence(kind),
            cancellation);
        _objects.AddRange(pods.Select(read => read.Bare).OfType<StandingObject>());
        Pods = isWhole ? [.. pods.Select(read => read.Pod)] : null;
    }

    private async Task ReadNodesAsync(CancellationToken cancellation)
    {
        var (nodes, isWhole) = await _lists.ListAsync(
            AuditKinds.Nodes,
            json => ClusterReader.ReadNode(json, _strings),
            "Zones are not known, nor how many nodes there are for the pods of a workload.",
            cancellation);
        Nodes = isWhole ? nodes : null;
    }

    private async Task ReadBackupsAsync(CancellationToken cancellation)
    {
        const string Consequence = "Whether claims are backed up is not known: data-backup is skipped where nothing else covers them.";
        var unread = new List<string>();
        var schedules = await ListAsync(AuditKinds.Schedules, json => ClusterReader.ReadSchedule(json), everywhere: true);
        var snapshots = await ListAsync(AuditKinds.Snapshots, json => ClusterReader.ReadSnapshot(json) is { } claim ? new Snapshot(claim) : null, everywhere: false);
        Backups = new() { Schedules = schedules, Snapshots = snapshots?.Select(snapshot => snapshot.Claim).ToHashSet(), Unread = unread };

        async Task<List<T>?> ListAsync<T>(ResourceType resource, Func<ReadOnlyMemory<byte>, T?> read, bool everywhere)
            where T : class
        {
            if (!Groups.TryGetValue(resource.Group, out var version))
            {
                return null;
            }

            var gaps = _lists.Gaps.Count;
            var (items, isWhole) = await _lists.ListAsync(resource with { Version = version }, read, Consequence, cancellation, isOptional: true, everywhere);
            if (_lists.Gaps.Count > gaps)
            {
                unread.Add(resource.ToString());
            }

            return isWhole ? items : null;
        }
    }

    private sealed record ReadPod(RunningPod Pod, StandingObject? Bare);

    private sealed record Snapshot((string Namespace, string Claim) Claim);
}
