using System.Globalization;
using System.Text;
using System.Text.Json;
using HaWebhook.ApiServer;
using HaWebhook.Auditing;
using HaWebhook.Auditing.Reports;
using HaWebhook.Checking;
using HaWebhook.Checking.Reports;
using HaWebhook.Kubernetes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Tests.Commands;

namespace HaWebhook.Tests.Auditing;

/// <summary>
/// An API server with a small cluster behind it: nodes <c>a1</c> and <c>a2</c> in zone a and <c>b1</c> in zone b, and in the namespace <c>shop</c> a
/// Deployment <c>web</c> whose three pods share a node and whose budget lets none go.
/// </summary>
internal sealed class AuditedCluster : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    private AuditedCluster(TestApiServer apiServer) => ApiServer = apiServer;

    public TestApiServer ApiServer { get; }

    public string KubeConfigFile => Path.Combine(_folder, "kubeconfig");

    public static async Task<AuditedCluster> StartAsync()
    {
        var cluster = new AuditedCluster(await TestApiServer.StartAsync());
        cluster.ApiServer.AddNamespace("shop", ("team", "checkout"));
        cluster.AddNode("a1", "zone-a");
        cluster.AddNode("a2", "zone-a");
        cluster.AddNode("b1", "zone-b");
        cluster.Seed(Cluster.Manifests.Deployment("web", 3));
        cluster.Seed(Cluster.Manifests.PodDisruptionBudget("web", "3"));
        cluster.AddPods("web", "a1", "a1", "a1");
        await File.WriteAllTextAsync(cluster.KubeConfigFile, cluster.ApiServer.Kubeconfig(), TestContext.Current.CancellationToken);
        return cluster;
    }

    public void AddNode(string name, string zone = "") => ApiServer.Seed($$$"""
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}","labels":{ {{{(zone.Length == 0 ? "" : $"\"topology.kubernetes.io/zone\":\"{zone}\"")}}} }},
         "status":{"conditions":[{"type":"Ready","status":"True"}]}}
        """);

    /// <summary>Seeds an object of Manifests, which names no namespace.</summary>
    public void Seed(string manifest, string @namespace = "shop") =>
        ApiServer.Seed(manifest.Replace("\"metadata\": {\"name\"", $"\"metadata\": {{\"namespace\": \"{@namespace}\", \"name\"", StringComparison.Ordinal));

    /// <summary>Pods of a Deployment, one on each node that is named; an empty name is none.</summary>
    public void AddPods(string app, params string[] nodes)
    {
        foreach (var (index, node) in nodes.Index())
        {
            ApiServer.Seed(string.Create(CultureInfo.InvariantCulture, $$$"""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{app}}}-5d4-{{{index}}}","namespace":"shop","labels":{"app":"{{{app}}}","pod-template-hash":"5d4"},
                  "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{{{app}}}-5d4","uid":"{{{app}}}","controller":true}]},
                 "spec":{"containers":[{"name":"web","image":"nginx:1.27"}]{{{(node.Length == 0 ? "" : $",\"nodeName\":\"{node}\"")}}}},
                 "status":{"phase":"{{{(node.Length == 0 ? "Pending" : "Running")}}}","conditions":[{"type":"Ready","status":"{{{(node.Length == 0 ? "False" : "True")}}}"}]}}
                """));
        }
    }

    /// <summary>Runs the command against it.</summary>
    public Task<CliResult> RunAsync(params string[] arguments) => Cli.RunAsync(["audit", "--kubeconfig", KubeConfigFile, .. arguments]);

    /// <summary>Audits it without a process.</summary>
    public async Task<AuditReport> AuditAsync(Mode? asIf = null, params string[] namespaces)
    {
        using var client = new KubernetesClient(KubeConfig.Load(KubeConfigFile, null, _ => null), TimeProvider.System);
        return await new ClusterAudit(Question(asIf), ProgressLine.None).RunAsync(client, namespaces, TestContext.Current.CancellationToken);
    }

    public static AuditQuestion Question(Mode? asIf = null) => new()
    {
        Policy = PolicyOptions.Default,
        AsIf = asIf,
        TeamLabel = "team",
        Rules = RuleSelection.All,
        Clock = new FixedClock(),
    };

    /// <summary>A report in one of its formats.</summary>
    public static string Write(string format, AuditReport report)
    {
        using var output = new MemoryStream();
        var context = new ReportContext(ValidationAction.Deny, new SourceRoot("/repository"), _ => { });
        AuditFormat.All.Single(known => known.Name == format).Create(context).Write(report, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    public static JsonElement Json(AuditReport report) => JsonDocument.Parse(Write("json", report)).RootElement;

    public async ValueTask DisposeAsync()
    {
        await ApiServer.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
