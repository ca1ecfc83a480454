using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;
using HaWebhook.Tests.Cluster;

namespace HaWebhook.Tests.SelfCheck;

/// <summary>A server that checks itself often, behind a Service of an API server, registered as the chart does it.</summary>
internal sealed class CheckedCluster : IAsyncDisposable
{
    public const string Namespace = "platform";

    /// <summary>As whom the server asks the API server.</summary>
    public const string User = "system:serviceaccount:platform:ha-webhook";

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;
    private readonly List<RunningServer> _servers = [];
    private readonly ServingAuthority _authority = new();

    private CheckedCluster(TestApiServer apiServer) => ApiServer = apiServer;

    public TestApiServer ApiServer { get; }

    public RunningServer Webhook => _servers[0];

    public string AuthorityPem => _authority.Pem;

    /// <summary>What the self-check has logged.</summary>
    public IEnumerable<string> Lines => Webhook.Log.All.Where(line => line.Contains("self-check", StringComparison.Ordinal));

    public static async Task<CheckedCluster> StartAsync(Action<TestApiServer>? prepare = null, Action<JsonObject>? change = null)
    {
        var cluster = new CheckedCluster(await TestApiServer.StartAsync());
        cluster.ApiServer.AddNamespace(Namespace, ("kubernetes.io/metadata.name", Namespace));
        cluster.ApiServer.AddToken("server-token", HaWebhook.ApiServer.User.ServiceAccount(Namespace, "ha-webhook"));
        prepare?.Invoke(cluster.ApiServer);
        await File.WriteAllTextAsync(cluster.PathOf("kubeconfig"), cluster.ApiServer.Kubeconfig("server-token"));
        using (var certificate = cluster._authority.Issue([$"ha-webhook.{Namespace}.svc"]))
        {
            await File.WriteAllTextAsync(cluster.PathOf("tls.crt"), certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(cluster.PathOf("tls.key"), KeyPem(certificate));
        }

        cluster.Register(change);
        await cluster.StartServerAsync();
        cluster.Route(cluster.Webhook);
        return cluster;
    }

    /// <summary>Starts one more server; only the first is checked by a test.</summary>
    public async Task<RunningServer> StartServerAsync(string service = "ha-webhook")
    {
        var server = await RunningServer.StartAsync(
            new ServingOptions
            {
                TlsCertificate = PathOf("tls.crt"),
                TlsKey = PathOf("tls.key"),
                SelfCheck = true,
                SelfCheckInterval = TimeSpan.FromMilliseconds(50),
                Service = service,
                WebhookConfiguration = "ha-webhook",
                Namespace = Namespace,
            },
            TimeProvider.System,
            KubeConfig.Load(PathOf("kubeconfig"), null, _ => null, TimeProvider.System));
        _servers.Add(server);
        return server;
    }

    /// <summary>Lets the Service lead to a server.</summary>
    public void Route(RunningServer server) => ApiServer.RouteService(Namespace, "ha-webhook", "127.0.0.1", server.Admission.Port);

    /// <summary>Registers the webhooks anew, with something changed.</summary>
    public void Register(Action<JsonObject>? change = null)
    {
        var configuration = JsonNode.Parse($$"""
            {
              "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "ha-webhook"},
              "webhooks": [
                {
                  "name": "validate.ha-webhook.io", "admissionReviewVersions": ["v1"], "sideEffects": "None", "failurePolicy": "Fail",
                  "clientConfig": {"service": {"namespace": "{{Namespace}}", "name": "ha-webhook", "path": "/validate", "port": 443}, "caBundle": "{{Bundle(_authority.Pem)}}"},
                  "namespaceSelector": {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["{{Namespace}}"]}]},
                  "rules": [{"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["deployments"]}]
                },
                {
                  "name": "self-check.ha-webhook.io", "admissionReviewVersions": ["v1"], "sideEffects": "None", "failurePolicy": "Ignore", "timeoutSeconds": 5,
                  "clientConfig": {"service": {"namespace": "{{Namespace}}", "name": "ha-webhook", "path": "/self-check", "port": 443}, "caBundle": "{{Bundle(_authority.Pem)}}"},
                  "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "{{Namespace}}"} },
                  "objectSelector": {"matchLabels": {"ha-webhook.io/self-check": "ha-webhook"} },
                  "rules": [{"apiGroups": ["coordination.k8s.io"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["leases"], "scope": "Namespaced"}]
                }
              ]
            }
            """)!.AsObject();
        change?.Invoke(configuration);
        ApiServer.Seed(configuration.ToJsonString());
    }

    /// <summary>Deletes the configuration.</summary>
    public void Unregister() => Assert.True(ApiServer.Remove("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", null, "ha-webhook"));

    /// <summary>Waits until the self-check has logged a line.</summary>
    public Task UntilAsync(string level, string end) => LivingCluster.UntilAsync(
        () => Task.FromResult(Lines.Any(line => line.StartsWith(level + ": ", StringComparison.Ordinal) && line.EndsWith(end, StringComparison.Ordinal))),
        $"{level}: ...{end}",
        () => string.Join('\n', Lines));

    public async Task<int> ReadinessAsync()
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(Webhook.Health, "/readyz"), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public static string Bundle(string pem) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await ApiServer.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static JsonArray Webhooks(JsonObject configuration) => configuration["webhooks"]!.AsArray();

    public static JsonObject Client(JsonObject configuration, int index) => Webhooks(configuration)[index]!["clientConfig"]!.AsObject();

    private static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    private string PathOf(string file) => Path.Combine(_folder, file);
}
