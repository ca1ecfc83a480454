using System.Text.Json.Nodes;
using HaWebhook.ApiServer;
using HaWebhook.Auditing.Background;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;
using HaWebhook.Tests.Cluster;
using HaWebhook.Tests.Telemetry;

namespace HaWebhook.Tests.Auditing.Background;

/// <summary>
/// Replicas of the server that audit the cluster of an API server as often as they can, each as a user of its own. In the namespace <c>shop</c>
/// stands the Deployment <c>web</c>, with its pod, which violates several rules.
/// </summary>
internal sealed class AuditedReplicas : IAsyncDisposable
{
    public const string Namespace = "ha-webhook";

    /// <summary>Where the double keeps no time, an hour and a second are the same.</summary>
    public static readonly BackgroundAuditOptions Often = new()
    {
        Interval = TimeSpan.FromMilliseconds(300),
        Settling = TimeSpan.FromMilliseconds(50),
        PolicySettling = TimeSpan.FromMilliseconds(50),
        Rest = TimeSpan.Zero,
        LeaseDuration = TimeSpan.FromSeconds(2),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;
    private readonly BackgroundAuditOptions _options;

    private AuditedReplicas(TestApiServer apiServer, BackgroundAuditOptions options) => (ApiServer, _options) = (apiServer, options);

    public TestApiServer ApiServer { get; }

    public List<RunningServer> Replicas { get; } = [];

    public string PolicyFile => Path.Combine(_folder, "policy.yaml");

    /// <summary>Everything that was logged.</summary>
    public string Log => string.Join('\n', Replicas.SelectMany(replica => replica.Log.All));

    /// <param name="options">How it is audited; null for <see cref="Often"/>.</param>
    /// <param name="prepare">What is there before the replicas start.</param>
    /// <param name="replicas">How many replicas.</param>
    /// <param name="policy">The policy.</param>
    public static async Task<AuditedReplicas> StartAsync(
        BackgroundAuditOptions? options = null, Action<TestApiServer>? prepare = null, int replicas = 1, string policy = "mode: Audit\n")
    {
        var cluster = new AuditedReplicas(await TestApiServer.StartAsync(), options ?? Often);
        cluster.ApiServer.AddNamespace(Namespace);
        cluster.ApiServer.AddNamespace(LivingCluster.Namespace);
        cluster.ApiServer.Seed(Workload("web", 1));
        cluster.ApiServer.Seed("""
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"a1","labels":{"topology.kubernetes.io/zone":"zone-a"} },"status":{"conditions":[{"type":"Ready","status":"True"}]} }
            """);
        cluster.ApiServer.Seed("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-5d4-1","namespace":"shop","labels":{"app":"web","pod-template-hash":"5d4"},
              "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-5d4","uid":"web","controller":true}]},
             "spec":{"containers":[{"name":"web","image":"nginx:1.27"}],"nodeName":"a1"},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]} }
            """);
        await File.WriteAllTextAsync(cluster.PolicyFile, policy, TestContext.Current.CancellationToken);
        prepare?.Invoke(cluster.ApiServer);
        for (var i = 0; i < replicas; i++)
        {
            await cluster.AddReplicaAsync();
        }

        return cluster;
    }

    /// <summary>The user as whom a replica asks the API server.</summary>
    public static string UserOf(int replica) => $"system:serviceaccount:{Namespace}:replica-{replica}";

    /// <summary>A Deployment of a namespace.</summary>
    public static string Workload(string name, int replicas, string @namespace = LivingCluster.Namespace)
    {
        var workload = JsonNode.Parse(Manifests.Deployment(name, replicas))!;
        workload["metadata"]!["namespace"] = @namespace;
        return workload.ToJsonString();
    }

    public async Task<RunningServer> AddReplicaAsync()
    {
        var number = Replicas.Count;
        var file = Path.Combine(_folder, $"kubeconfig-{number}");
        ApiServer.AddToken($"token-{number}", User.ServiceAccount(Namespace, $"replica-{number}"));
        await File.WriteAllTextAsync(file, ApiServer.Kubeconfig($"token-{number}"), TestContext.Current.CancellationToken);
        var replica = await RunningServer.StartAsync(
            new ServingOptions
            {
                Namespace = Namespace,
                PolicyFile = PolicyFile,
                PollInterval = TimeSpan.FromMilliseconds(50),
                DiscoveryInterval = TimeSpan.FromMilliseconds(200),
                DrainTime = TimeSpan.Zero,
                QuietTime = TimeSpan.Zero,
                Audit = _options,
            },
            TimeProvider.System,
            KubeConfig.Load(file, null, _ => null));
        Replicas.Add(replica);
        return replica;
    }

    /// <summary>How many lists of pods a replica has asked for: as many as it has begun runs, for reviews look at none.</summary>
    public int RunsOf(int replica) => ApiServer.Requests.All.Count(request => request is { Verb: "list", Resource: "pods" } && request.User == UserOf(replica));

    /// <summary>How many audits have come to a result.</summary>
    public int Results => Replicas.Sum(replica => replica.Log.All.Count(line => line.Contains(": audited ", StringComparison.Ordinal)));

    /// <summary>Waits until so many more audits have come to a result.</summary>
    public async Task UntilAuditedAsync(int more)
    {
        var goal = Results + more;
        await UntilAsync(() => Results >= goal, $"{more} more audits");
    }

    /// <summary>Who holds the lease; empty for nobody.</summary>
    public string Holder => ApiServer.Find("coordination.k8s.io/v1", "Lease", Namespace, "ha-webhook-audit")?["spec"]?["holderIdentity"]?.GetValue<string>() ?? "";

    /// <summary>The objects of a kind in a namespace, as kubectl shows them.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path)
    {
        using var client = ApiServer.CreateClient();
        var list = await LivingCluster.SendAsync(client, "GET", path);
        return [.. list.Json["items"]!.AsArray().Select(item => item!.AsObject())];
    }

    public Task<Exposition> MetricsAsync(int replica = 0) => Exposition.OfAsync(Replicas[replica]);

    public Task UntilAsync(Func<bool> holds, string what) => UntilAsync(() => Task.FromResult(holds()), what);

    public Task UntilAsync(Func<Task<bool>> holds, string what) => LivingCluster.UntilAsync(holds, what, () => Log);

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in Replicas)
        {
            await replica.DisposeAsync();
        }

        await ApiServer.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
