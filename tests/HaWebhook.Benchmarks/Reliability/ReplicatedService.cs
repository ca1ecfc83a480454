using System.Text.Json.Nodes;
using HaWebhook.ApiServer;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>A Service with several replicas of a webhook, and the API server that asks them: failure policy Fail, so that nothing is lost unnoticed.</summary>
internal sealed class ReplicatedService : IAsyncDisposable
{
    /// <summary>The name of the Service and of its namespace.</summary>
    public const string Name = "ha-webhook";

    /// <summary>The apiVersion of webhook configurations.</summary>
    public const string ConfigurationVersion = "admissionregistration.k8s.io/v1";

    private const string Host = "127.0.0.1";

    private readonly Workplace _place;
    private readonly Func<string, ServerProgram> _program;
    private readonly string _kubeconfig;
    private readonly List<ServerProcess> _replicas = [];
    private int _started;

    private ReplicatedService(TestApiServer apiServer, Workplace place, Func<string, ServerProgram> program)
    {
        (ApiServer, _place, _program) = (apiServer, place, program);
        _kubeconfig = place.NewFile("kubeconfig");
        File.WriteAllText(_kubeconfig, apiServer.Kubeconfig());
        apiServer.AddNamespace(Name);
        apiServer.WebhookCalled = call => Tally.Called(call);
    }

    /// <summary>The kinds of the two configurations.</summary>
    public static IReadOnlyList<string> ConfigurationKinds { get; } = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];

    public TestApiServer ApiServer { get; }

    /// <summary>The replicas that run, the oldest first.</summary>
    public IReadOnlyList<ServerProcess> Replicas => _replicas;

    /// <summary>Counts the calls from now on.</summary>
    public CallTally Tally { get; set; } = new();

    /// <summary>Starts the API server; no replica yet.</summary>
    /// <param name="place">Where files go.</param>
    /// <param name="program">A replica, given the kubeconfig.</param>
    public static async Task<ReplicatedService> StartAsync(Workplace place, Func<string, ServerProgram> program) =>
        new(await TestApiServer.StartAsync(), place, program);

    /// <summary>Registers both webhooks with the throw-away certificate.</summary>
    public void Register() =>
        ApiServer.AddWebhook(new Uri($"https://{ThrowAwayCertificate.ServiceHost}"), File.ReadAllText(_place.Certificate.CertificateFile));

    /// <summary>
    /// Registers both webhooks as the chart does for self-managed certificates: they name the Service, have no caBundle, and belong to the chart's tool.
    /// </summary>
    public void RegisterWithoutTrust()
    {
        ApiServer.AddWebhook(new Uri($"https://{ThrowAwayCertificate.ServiceHost}"), "", Name);
        foreach (var kind in ConfigurationKinds)
        {
            var configuration = ApiServer.Find(ConfigurationVersion, kind, null, Name)!;
            ApiServer.Remove(ConfigurationVersion, kind, null, Name);
            configuration["metadata"] = new JsonObject { ["name"] = Name };
            foreach (var webhook in configuration["webhooks"]!.AsArray())
            {
                var path = new Uri(webhook!["clientConfig"]!["url"]!.GetValue<string>()).AbsolutePath;
                webhook["clientConfig"] = new JsonObject
                {
                    ["service"] = new JsonObject { ["name"] = Name, ["namespace"] = Name, ["path"] = path, ["port"] = 443 },
                };
            }

            ApiServer.Seed(configuration.ToJsonString(), "helm");
        }
    }

    /// <summary>Starts a replica and waits until it is ready, as a rolling update does; then it gets its share of the new connections.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="prefix">What stands before the command.</param>
    public async Task<ServerProcess> AddAsync(CancellationToken cancellationToken, params string[] prefix)
    {
        var program = _program(_kubeconfig);
        var replica = await ServerProcess.StartAsync(
            program with { Name = $"{program.Name} {Interlocked.Increment(ref _started)}" }, prefix, _place, withProbe: false, cancellationToken);
        lock (_replicas)
        {
            _replicas.Add(replica);
        }

        if (program.HasHealthPort)
        {
            await replica.WaitUntilReadyAsync(cancellationToken);
        }

        ApiServer.AddBackend(Name, Name, Host, replica.Address.Port);
        return replica;
    }

    /// <summary>Takes a replica out of the Service: no new connection goes there.</summary>
    public void Leave(ServerProcess replica) => ApiServer.RemoveBackend(Name, Name, Host, replica.Address.Port);

    /// <summary>Forgets a replica that has ended.</summary>
    public void Forget(ServerProcess replica)
    {
        lock (_replicas)
        {
            _replicas.Remove(replica);
        }

        replica.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _replicas.ForEach(replica => replica.Dispose());
        await ApiServer.DisposeAsync();
    }
}
