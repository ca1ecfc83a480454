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
    public IEnumerable<string> Lines => LinesOf(Webhook);

    public static async Task<CheckedCluster> StartAsync(Action<TestApiServer>? prepare = null, Action<JsonObject>? change = null, bool isRegistered = true)
    {
        var cluster = new CheckedCluster(await TestApiServer.StartAsync());
        cluster.ApiServer.AddNamespace(Namespace, ("kubernetes.io/metadata.name", Namespace));
        cluster.ApiServer.AddToken("server-token", HaWebhook.ApiServer.User.ServiceAccount(Namespace, "ha-webhook"));
        prepare?.Invoke(cluster.ApiServer);
        await File.WriteAllTextAsync(cluster.PathOf("kubeconfig"), cluster.ApiServer.Kubeconfig("server-token"));
        if (isRegistered)
        {
            cluster.Register(change);
        }

        await cluster.StartServerAsync();
        cluster.Route(cluster.Webhook);
        return cluster;
    }

    /// <summary>Starts one more server; only the first is checked by a test.</summary>
    /// <param name="service">The Service that it takes for its own.</param>
    /// <param name="authority">Who has signed its certificate; null for whom the API server trusts.</param>
    public async Task<RunningServer> StartServerAsync(string service = "ha-webhook", ServingAuthority? authority = null)
    {
        var name = authority is null ? "tls" : "other";
        using (var certificate = (authority ?? _authority).Issue([$"ha-webhook.{Namespace}.svc"]))
        {
            await File.WriteAllTextAsync(PathOf($"{name}.crt"), certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(PathOf($"{name}.key"), KeyPem(certificate));
        }

        var server = await RunningServer.StartAsync(
            new ServingOptions
            {
                TlsCertificate = PathOf($"{name}.crt"),
                TlsKey = PathOf($"{name}.key"),
                SelfCheck = true,
                PollInterval = TimeSpan.FromMilliseconds(50),
                SelfCheckInterval = TimeSpan.FromMilliseconds(50),
                Service = service,
                WebhookConfiguration = "ha-webhook",
                Namespace = Namespace,
            },
            TimeProvider.System,
            KubeConfig.Load(PathOf("kubeconfig"), null, _ => null));
        _servers.Add(server);
        return server;
    }

    /// <summary>Lets the Service lead to a server.</summary>
    public void Route(RunningServer server) => ApiServer.RouteService(Namespace, "ha-webhook", "127.0.0.1", server.Admission.Port);

    /// <summary>Registers the webhooks anew, with something changed.</summary>
    /// <param name="change">What is changed in the ValidatingWebhookConfiguration.</param>
    /// <param name="changeMutating">What is changed in the MutatingWebhookConfiguration.</param>
    public void Register(Action<JsonObject>? change = null, Action<JsonObject>? changeMutating = null)
    {
        var elsewhere = $$"""
            "namespaceSelector": {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["{{Namespace}}"]}]},
            "matchConditions": [{"name": "not-by-a-node", "expression": "!('system:nodes' in request.userInfo.groups)"}]
            """;
        Seed("ValidatingWebhookConfiguration", change, $$"""
            [
              {
                {{Called("validate", "/validate")}}, {{elsewhere}}, "failurePolicy": "Fail",
                "rules": [{"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["deployments"]}]
              },
              {
                {{Called("self-check", "/self-check")}}, "failurePolicy": "Ignore", "timeoutSeconds": 5,
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "{{Namespace}}"} },
                "objectSelector": {"matchLabels": {"ha-webhook.io/self-check": "ha-webhook"} },
                "rules": [{"apiGroups": ["coordination.k8s.io"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["leases"], "scope": "Namespaced"}]
              },
              {
                {{Called("advise", "/validate")}}, {{elsewhere}}, "failurePolicy": "Ignore",
                "rules": [{"apiGroups": ["policy"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["poddisruptionbudgets"]}]
              }
            ]
            """);
        Seed("MutatingWebhookConfiguration", changeMutating, $$"""
            [
              {
                {{Called("mutate", "/mutate")}}, {{elsewhere}}, "failurePolicy": "Ignore",
                "rules": [{"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["deployments"]}]
              }
            ]
            """);
    }

    /// <summary>Deletes a configuration.</summary>
    public void Unregister(string kind = "ValidatingWebhookConfiguration") =>
        Assert.True(ApiServer.Remove("admissionregistration.k8s.io/v1", kind, null, "ha-webhook"));

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

    public static IEnumerable<string> LinesOf(RunningServer server) => server.Log.All.Where(line => line.Contains("self-check", StringComparison.Ordinal));

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

    private void Seed(string kind, Action<JsonObject>? change, string webhooks)
    {
        var configuration = JsonNode.Parse(
            $$"""{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "{{kind}}", "metadata": {"name": "ha-webhook"}, "webhooks": {{webhooks}}}""")!.AsObject();
        change?.Invoke(configuration);
        ApiServer.Seed(configuration.ToJsonString());
    }

    private string Called(string name, string path) => $$"""
        "name": "{{name}}.ha-webhook.io", "admissionReviewVersions": ["v1"], "sideEffects": "None",
        "clientConfig": {"service": {"namespace": "{{Namespace}}", "name": "ha-webhook", "path": "{{path}}", "port": 443}, "caBundle": "{{Bundle(_authority.Pem)}}"}
        """;

    private static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    private string PathOf(string file) => Path.Combine(_folder, file);
}
