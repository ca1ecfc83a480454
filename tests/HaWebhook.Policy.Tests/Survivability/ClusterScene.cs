using System.Globalization;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Tests.Survivability;

/// <summary>A small cluster in few words. Everything is in the namespace <c>shop</c>.</summary>
internal sealed class ClusterScene
{
    private readonly List<JsonNode> _objects = [];
    private readonly List<RunningPod> _pods = [];
    private readonly List<Node> _nodes = [];
    private bool _isLiving;
    private bool _knowsNodes;
    private bool _knowsBudgets = true;

    /// <summary>Nodes as in <c>a1=zone-a b1=zone-b c1</c>.</summary>
    public ClusterScene Nodes(string nodes)
    {
        _knowsNodes = true;
        foreach (var node in nodes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(node => node.Split('=')))
        {
            _nodes.Add(new()
            {
                Name = node[0],
                IsReady = true,
                Labels = node.Length == 1 ? new Dictionary<string, string>() : new() { ["topology.kubernetes.io/zone"] = node[1], ["disk"] = node[0] },
            });
        }

        return this;
    }

    public ClusterScene Node(Node node)
    {
        _knowsNodes = true;
        _nodes.Add(node);
        return this;
    }

    public ClusterScene With(params IEnumerable<JsonNode> objects)
    {
        _objects.AddRange(objects);
        return this;
    }

    /// <summary>A Deployment <c>web</c> with as many replicas as pods, unless it is said otherwise.</summary>
    public ClusterScene Web(string pods, int? replicas = null) =>
        With(ObjectJson.Deployment(replicas ?? pods.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length)).Pods(pods);

    /// <summary>
    /// Pods on nodes, as in <c>a1 b1! -</c>: with <c>!</c> it is not ready, with <c>?</c> pending, with <c>x</c> ended, with <c>~</c> on its way out;
    /// <c>-</c> has no node.
    /// </summary>
    public ClusterScene Pods(string pods, string owner = "ReplicaSet/web-5d4", string app = "web")
    {
        _isLiving = true;
        foreach (var word in pods.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = owner.Split('/');
            var node = word.TrimEnd('!', '?', 'x', '~');
            _pods.Add(new()
            {
                Namespace = "shop",
                Name = string.Create(CultureInfo.InvariantCulture, $"{app}-{_pods.Count}"),
                NodeName = node == "-" ? "" : node,
                Labels = new Dictionary<string, string> { ["app"] = app, ["pod-template-hash"] = "5d4" },
                Controller = owner.Length == 0 ? null : new(ApiVersionOf(parts[0]), parts[0], parts[1], "", IsController: true),
                IsReady = !word.EndsWith('!') && !word.EndsWith('?') && !word.EndsWith('x'),
                IsTerminating = word.EndsWith('~'),
                Phase = word.EndsWith('?') ? PodPhase.Pending : word.EndsWith('x') ? PodPhase.Succeeded : PodPhase.Running,
            });
        }

        return this;
    }

    public ClusterScene Pod(RunningPod pod)
    {
        _isLiving = true;
        _pods.Add(pod);
        return this;
    }

    public ClusterScene WithoutBudgets()
    {
        _knowsBudgets = false;
        return this;
    }

    public ClusterSurvival Survival() => ClusterSurvival.Of(Picture());

    public ClusterPicture Picture()
    {
        var related = RelatedJson.Of(_objects);
        related = related with
        {
            Workloads = new(
                [.. related.Workloads.PodOwners.Select(ClusterReader.Keep).Cast<PodOwner>()],
                [.. related.Workloads.ReplicatedResources.Select(ClusterReader.Keep).Cast<ReplicatedResource>()]),
        };
        if (!_knowsBudgets)
        {
            related = new() { Autoscalers = related.Autoscalers, Claims = related.Claims, Workloads = related.Workloads };
        }

        return new()
        {
            Namespaces = new Dictionary<string, RelatedObjects> { ["shop"] = related },
            Pods = _isLiving ? _pods : null,
            Nodes = _knowsNodes ? _nodes : null,
        };
    }

    /// <summary>The only workload.</summary>
    public WorkloadSurvival Only() => Assert.Single(Survival().Workloads);

    public static JsonNode StatefulSet(int replicas, string image = "web:1", string strategy = "{}") => ObjectJson.Deployment(replicas)
        .With("kind", "StatefulSet")
        .With("spec.template.spec.containers[0].image", image)
        .WithJson("spec.updateStrategy", strategy);

    private static string ApiVersionOf(string kind) => kind switch
    {
        "Job" => "batch/v1",
        "Node" => "v1",
        "Cluster" => "postgresql.cnpg.io/v1",
        "StrimziPodSet" => "core.strimzi.io/v1beta2",
        "Elasticsearch" => "elasticsearch.k8s.elastic.co/v1",
        _ => "apps/v1",
    };
}
