using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer;
using HaWebhook.Certificates;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;
using HaWebhook.Tests.Cluster;

namespace HaWebhook.Tests.Certificates;

/// <summary>An API server that calls replicas with self-managed certificates by their Service, and trusts them by its webhook configurations alone.</summary>
internal sealed class CertifiedCluster : IAsyncDisposable
{
    public const string Namespace = "ha-webhook";
    public const string Service = "ha-webhook";

    /// <summary>Long lives, but five looks a second.</summary>
    public static readonly CertificateOptions Often = new()
    {
        AuthorityLifetime = TimeSpan.FromHours(1),
        CertificateLifetime = TimeSpan.FromMinutes(10),
        Propagation = TimeSpan.FromSeconds(0.5),
    };

    private static readonly string[] _kinds = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];

    private readonly HttpClient _user;

    private CertifiedCluster(TestApiServer apiServer)
    {
        ApiServer = apiServer;
        _user = apiServer.CreateClient();
    }

    public TestApiServer ApiServer { get; }

    public List<RunningServer> Replicas { get; } = [];

    /// <summary>Everything that the replicas logged.</summary>
    public string Log => string.Join('\n', Replicas.SelectMany(replica => replica.Log.All));

    /// <summary>Starts the API server, and replicas all at once.</summary>
    /// <param name="replicas">How many replicas.</param>
    /// <param name="options">Their lifetimes.</param>
    /// <param name="clock">Their clock; null for the real one.</param>
    /// <param name="prepare">What is there before they start.</param>
    /// <param name="isInstalled">Whether the webhook configurations are there.</param>
    /// <param name="waits">Whether to wait until all are ready.</param>
    public static async Task<CertifiedCluster> StartAsync(
        int replicas = 1, CertificateOptions? options = null, TimeProvider? clock = null, Action<TestApiServer>? prepare = null, bool isInstalled = true, bool waits = true)
    {
        var cluster = new CertifiedCluster(await TestApiServer.StartAsync());
        cluster.ApiServer.AddNamespace(Namespace);
        cluster.ApiServer.AddNamespace(LivingCluster.Namespace);
        if (isInstalled)
        {
            cluster.Install();
        }

        prepare?.Invoke(cluster.ApiServer);
        await Task.WhenAll(Enumerable.Range(0, replicas).Select(_ => cluster.AddReplicaAsync(options, clock)));
        if (waits)
        {
            await cluster.UntilReadyAsync();
        }

        return cluster;
    }

    /// <summary>Stores both configurations as the chart does: without a caBundle. One webhook beside ours belongs to somebody else.</summary>
    public void Install()
    {
        ApiServer.Seed(Configuration("ValidatingWebhookConfiguration", ("validate.ha-webhook.io", Service, "/validate"), ("other.example.org", "other", "/")));
        ApiServer.Seed(Configuration("MutatingWebhookConfiguration", ("mutate.ha-webhook.io", Service, "/mutate")));
    }

    public async Task<RunningServer> AddReplicaAsync(CertificateOptions? options = null, TimeProvider? clock = null)
    {
        var kubeConfig = Path.GetTempFileName();
        await File.WriteAllTextAsync(kubeConfig, ApiServer.Kubeconfig());
        var connection = KubeConfig.Load(kubeConfig, null, _ => null);
        var serving = new ServingOptions { Namespace = Namespace, Certificates = (options ?? Often) with { Mode = CertificateMode.SelfManaged } };
        var replica = await RunningServer.StartAsync(serving, clock ?? TimeProvider.System, connection);
        File.Delete(kubeConfig);
        lock (Replicas)
        {
            Replicas.Add(replica);
        }

        ApiServer.AddBackend(Namespace, Service, "127.0.0.1", replica.Admission.Port);
        return replica;
    }

    public Task UntilReadyAsync() => UntilAsync(
        async () => (await Task.WhenAll(Replicas.Select(ReadinessAsync))).All(readiness => readiness == "ok\n"), "all are ready");

    public static async Task<string> ReadinessAsync(RunningServer replica)
    {
        using var client = new HttpClient { BaseAddress = replica.Health };
        using var response = await client.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public Task UntilAsync(Func<Task<bool>> holds, string what) => LivingCluster.UntilAsync(holds, what, () => $"{State()}\n{Log}");

    public Task UntilAsync(Func<bool> holds, string what) => UntilAsync(() => Task.FromResult(holds()), what);

    /// <summary>Whom the webhooks trust that call us, one bundle for each; null where a bundle is none.</summary>
    public IReadOnlyList<CertificateBundle?> Bundles() =>
    [
        .. _kinds
            .Select(kind => ApiServer.Find("admissionregistration.k8s.io/v1", kind, null, Service)!)
            .SelectMany(configuration => configuration["webhooks"]!.AsArray())
            .Select(webhook => webhook!["clientConfig"]!)
            .Where(client => client["service"]!["name"]!.GetValue<string>() == Service)
            .Select(client => CertificateBundle.TryParse(CaBundle.Decode(client["caBundle"]?.GetValue<string>() ?? "") ?? "!")),
    ];

    /// <summary>The Secret of the authority; null where it is not there.</summary>
    public JsonObject? Secret() => ApiServer.Find("v1", "Secret", Namespace, $"{Service}-ca");

    /// <summary>A value of the Secret, decoded; empty where it is not there.</summary>
    public string Stored(string key) => Secret()?["data"]?[key]?.GetValue<string>() is { } text ? Encoding.ASCII.GetString(Convert.FromBase64String(text)) : "";

    /// <summary>The authority that signs by the Secret; null where that is nobody.</summary>
    public CertificateAuthority? StoredAuthority() => CertificateAuthority.TryRead(Stored("tls.crt"), Stored("tls.key"), out _);

    /// <summary>Whether every webhook of ours trusts exactly whom the Secret names, and whoever signed what each replica shows is among them.</summary>
    public bool IsSettled() =>
        CertificateBundle.TryParse(Stored("ca-bundle.crt")) is { Certificates.Length: > 0 } stored
        && StoredAuthority() is { } authority && stored.Contains(authority.Certificate)
        && Bundles().All(bundle => bundle?.IsSameAs(stored) == true)
        && Replicas.All(replica => TestCertificates.Verify(replica.Certificate, stored));

    /// <summary>Replaces values of the Secret, as somebody with kubectl would.</summary>
    public Task<LivingCluster.Outcome> PatchSecretAsync(params (string Key, string? Text)[] data) => SendAsync(
        "PATCH",
        $"/api/v1/namespaces/{Namespace}/secrets/{Service}-ca",
        new JsonObject
        {
            ["data"] = new JsonObject(data.Select(one =>
                KeyValuePair.Create(one.Key, one.Text is null ? null : (JsonNode?)Convert.ToBase64String(Encoding.UTF8.GetBytes(one.Text))))),
        }.ToJsonString(),
        "application/merge-patch+json");

    /// <summary>Puts a text into the caBundle of every webhook of a configuration.</summary>
    /// <param name="kind">Its kind in the plural, such as mutatingwebhookconfigurations.</param>
    /// <param name="base64">The text in base64; null takes the caBundle away.</param>
    public async Task SetBundleAsync(string kind, string? base64)
    {
        var path = $"/apis/admissionregistration.k8s.io/v1/{kind}/{Service}";
        for (var status = 409; status == 409;)
        {
            var json = (await SendAsync("GET", path)).Json;
            foreach (var webhook in json["webhooks"]!.AsArray())
            {
                webhook!["clientConfig"]!["caBundle"] = base64;
            }

            status = (await SendAsync("PUT", path, json.ToJsonString())).Status;
        }
    }

    /// <summary>Has the API server ask the webhooks about a Deployment that is as it should be; nothing is stored.</summary>
    public Task<LivingCluster.Outcome> AskAsync() =>
        SendAsync("POST", $"/apis/apps/v1/namespaces/{LivingCluster.Namespace}/deployments?dryRun=All", Manifests.Deployment("web", 3));

    public Task<LivingCluster.Outcome> SendAsync(string method, string path, string? body = null, string type = "application/json") =>
        LivingCluster.SendAsync(_user, method, path, body, type);

    public async ValueTask DisposeAsync()
    {
        _user.Dispose();
        foreach (var replica in Replicas)
        {
            await replica.DisposeAsync();
        }

        await ApiServer.DisposeAsync();
    }

    private string State() =>
        $"in the webhooks: {string.Join(" | ", Bundles().Select(Names))}\nin the Secret: {StoredAuthority()?.Name}; all: {Names(CertificateBundle.TryParse(Stored("ca-bundle.crt")))}";

    private static string Names(CertificateBundle? bundle) =>
        bundle is null ? "garbage" : string.Join(", ", bundle.Certificates.Select(CertificateAuthority.NameOf));

    private static string Configuration(string kind, params (string Name, string Service, string Path)[] webhooks) => new JsonObject
    {
        ["apiVersion"] = "admissionregistration.k8s.io/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = Service },
        ["webhooks"] = new JsonArray([.. webhooks.Select(webhook => new JsonObject
        {
            ["name"] = webhook.Name,
            ["admissionReviewVersions"] = new JsonArray("v1"),
            ["sideEffects"] = "None",
            ["failurePolicy"] = "Fail",
            ["clientConfig"] = new JsonObject
            {
                ["service"] = new JsonObject { ["namespace"] = Namespace, ["name"] = webhook.Service, ["path"] = webhook.Path, ["port"] = 443 },
            },
            ["rules"] = new JsonArray(new JsonObject
            {
                ["apiGroups"] = new JsonArray("apps"),
                ["apiVersions"] = new JsonArray("v1"),
                ["operations"] = new JsonArray("CREATE"),
                ["resources"] = new JsonArray(webhook.Service == Service ? "deployments" : "replicasets"),
            }),
        })]),
    }.ToJsonString();
}
