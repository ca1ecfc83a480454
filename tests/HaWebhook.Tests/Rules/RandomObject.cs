using System.Text.Json.Nodes;

namespace HaWebhook.Tests.Rules;

/// <summary>Makes objects with pods, of every kind, in which each field that a rule reads may be there or not, right or wrong.</summary>
internal sealed class RandomObject(int seed)
{
    private static readonly (string ApiVersion, string Kind)[] _kinds =
    [
        ("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("apps/v1", "ReplicaSet"), ("v1", "ReplicationController"),
        ("batch/v1", "Job"), ("batch/v1", "CronJob"), ("v1", "Pod"), ("argoproj.io/v1alpha1", "Rollout"),
    ];

    private static readonly string[] _images = ["app", "app:1", "app:latest", "registry:5000/app", "mongo:7", "redis:7-alpine", "elasticsearch:8.1", "app@sha256:1"];

    private readonly Random _random = new(seed);

    public JsonObject Make()
    {
        var (apiVersion, kind) = Of(_kinds);
        var metadata = Object(("name", "web"), ("namespace", "shop"), (Maybe("labels"), Labels()), (Maybe("annotations"), Annotations()));
        return Object(("apiVersion", apiVersion), ("kind", kind), ("metadata", metadata), ("spec", kind switch
        {
            "Pod" => PodSpec(),
            "CronJob" => Object(("schedule", "0 * * * *"), ("jobTemplate", Object(("spec", Object(("template", Template())))))),
            _ => WorkloadSpec(kind),
        }));
    }

    private JsonObject WorkloadSpec(string kind) => Object(
        (Maybe("replicas"), Of(0, 1, 2, 3)),
        (Maybe("selector"), kind == "ReplicationController" ? Labels() : Selector()),
        ("template", Template()),
        (Maybe(kind is "StatefulSet" or "DaemonSet" ? "updateStrategy" : "strategy"), Object(
            (Maybe("type"), Of("RollingUpdate", "Recreate", "OnDelete")),
            (Maybe("rollingUpdate"), Object((Maybe("maxUnavailable"), Of<JsonNode>(0, 1, "25%", "100%")), (Maybe("maxSurge"), Of<JsonNode>(0, 1, "25%")))))),
        (Maybe("volumeClaimTemplates", 4), new JsonArray(Object(("metadata", Object(("name", "data"))), ("spec", Object(("accessModes", new JsonArray("ReadWriteOnce"))))))));

    private JsonObject Template() => Object((Maybe("metadata"), Object((Maybe("labels"), Labels()), (Maybe("annotations"), Annotations()))), ("spec", PodSpec()));

    private JsonObject PodSpec() => Object(
        ("containers", Containers(_random.Next(1, 4))),
        (Maybe("initContainers"), Containers(1)),
        (Maybe("restartPolicy"), Of("Always", "Never", "OnFailure")),
        (Maybe("nodeName", 5), "node-1"),
        (Maybe("nodeSelector"), Object((Of("disk", "kubernetes.io/hostname", "topology.kubernetes.io/zone"), "a"))),
        (Maybe("priorityClassName"), "high"),
        (Maybe("terminationGracePeriodSeconds"), Of(0, 5, 60)),
        (Maybe("topologySpreadConstraints"), Of<JsonNode?>(null, new JsonArray(), new JsonArray(Object(
            ("maxSkew", 1),
            ("topologyKey", Of("zone", "kubernetes.io/hostname")),
            ("whenUnsatisfiable", "DoNotSchedule"),
            (Maybe("labelSelector"), Selector()))))),
        (Maybe("affinity"), Object((Maybe("podAntiAffinity"), Object(("preferredDuringSchedulingIgnoredDuringExecution", new JsonArray(Object(
            ("weight", 1),
            ("podAffinityTerm", Object(("topologyKey", "kubernetes.io/hostname"), (Maybe("labelSelector"), Selector())))))))))),
        (Maybe("volumes"), new JsonArray(Object(
            ("name", "data"),
            (Of("emptyDir", "hostPath"), Object(("path", "/data")))))),
        (Maybe("unknownToAnyRule"), Object(("a", new JsonArray(1, "b", null)))));

    private JsonArray Containers(int count) => new([.. Enumerable.Range(0, count).Select(index => (JsonNode)Object(
        ("name", $"container-{index}"),
        ("image", Of(_images)),
        (Maybe("ports"), new JsonArray([.. Enumerable.Range(0, _random.Next(3)).Select(port => (JsonNode)Object(
            ("containerPort", 8080 + port),
            (Maybe("name"), Of("http", "grpc", "metrics", "x")),
            (Maybe("protocol"), Of("TCP", "UDP"))))])),
        (Maybe("readinessProbe"), Probe()),
        (Maybe("livenessProbe"), Probe()),
        (Maybe("startupProbe", 4), Probe()),
        (Maybe("lifecycle", 4), Object(("preStop", Object(("sleep", Object(("seconds", Of(5, 60)))))))),
        (Maybe("volumeMounts"), new JsonArray(Object(("name", "data"), ("mountPath", Of("/data", "/data/db")))))))]);

    private JsonObject Probe() => Object(
        (Of("httpGet", "tcpSocket"), Object(("port", Of<JsonNode>(8080, "http", "nowhere")), (Maybe("path"), "/"))),
        (Maybe("periodSeconds"), Of(1, 5)),
        (Maybe("failureThreshold"), Of(1, 3)));

    private JsonObject Selector() => Object(
        (Maybe("matchLabels"), Labels()),
        (Maybe("matchExpressions", 4), new JsonArray(Object(("key", "app"), ("operator", Of("Exists", "DoesNotExist"))))));

    private JsonObject Labels() => Object(("app", Of("web", "other")), (Maybe("tier"), "front"));

    private JsonObject Annotations() => Object(
        (Maybe("note"), "text"),
        (Maybe("ha-webhook.io/health-path", 4), "/healthz"),
        (Maybe("ha-webhook.io/exempt", 5), Of("all", "default-probes", "misspelt")),
        (Maybe("ha-webhook.io/exempt-reason", 3), "because"));

    /// <summary>An object with its members in any order; those without a name are left out.</summary>
    private JsonObject Object(params (string? Name, JsonNode? Value)[] members)
    {
        _random.Shuffle(members);
        return new(members.Where(member => member.Name is not null).Select(member => KeyValuePair.Create(member.Name!, member.Value)));
    }

    private string? Maybe(string name, int oneIn = 2) => _random.Next(oneIn) == 0 ? name : null;

    private T Of<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
