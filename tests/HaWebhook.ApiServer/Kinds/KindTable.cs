using System.Collections.Immutable;

namespace HaWebhook.ApiServer.Kinds;

/// <summary>The kinds that are served. Custom ones can be added while the server runs.</summary>
internal sealed class KindTable
{
    private const string Template = """{"metadata":{},"spec":{"containers":null}}""";
    private const string Replicated = """{"replicas":0,"selector":null,"template":""" + Template;
    private static readonly string[] _all = ["all"];

    private static readonly ApiKind _autoscaler = new("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers",
        """{"spec":{"scaleTargetRef":{"kind":"","name":""},"maxReplicas":0},"status":{"desiredReplicas":0,"currentMetrics":null}}""")
    { HasStatus = true, ShortNames = ["hpa"], Categories = _all };

    private ImmutableArray<ApiKind> _kinds =
    [
        new("", "v1", "Namespace", "namespaces", """{"spec":{},"status":{}}""") { Namespaced = false, HasStatus = true, ShortNames = ["ns"] },
        new("", "v1", "Node", "nodes", """{"spec":{},"status":{}}""") { Namespaced = false, HasStatus = true, ShortNames = ["no"] },
        new("", "v1", "Pod", "pods", """{"spec":{"containers":null},"status":{}}""")
            { HasStatus = true, HasGeneration = true, ShortNames = ["po"], Categories = _all },
        new("", "v1", "ReplicationController", "replicationcontrollers", """{"spec":{},"status":{"replicas":0}}""")
            { HasStatus = true, HasScale = true, HasGeneration = true, ShortNames = ["rc"], Categories = _all },
        new("", "v1", "Service", "services", """{"spec":{},"status":{"loadBalancer":{}}}""")
            { HasStatus = true, ShortNames = ["svc"], Categories = _all },
        new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", """{"spec":{"resources":{}},"status":{}}""")
            { HasStatus = true, ShortNames = ["pvc"] },
        new("", "v1", "Secret", "secrets"),
        new("", "v1", "ConfigMap", "configmaps") { ShortNames = ["cm"] },
        new("", "v1", "Event", "events") { ShortNames = ["ev"] },
        new("events.k8s.io", "v1", "Event", "events",
            """{"eventTime":null,"regarding":{},"deprecatedSource":{},"deprecatedFirstTimestamp":null,"deprecatedLastTimestamp":null}""")
            { ShortNames = ["ev"] },
        new("apps", "v1", "ControllerRevision", "controllerrevisions", """{"revision":0}"""),
        new("apps", "v1", "DaemonSet", "daemonsets",
            """{"spec":{"selector":null,"template":""" + Template + ""","updateStrategy":{}},"""
                + "\"status\":" + """{"currentNumberScheduled":0,"numberMisscheduled":0,"desiredNumberScheduled":0,"numberReady":0}}""")
            { HasStatus = true, HasGeneration = true, ShortNames = ["ds"], Categories = _all },
        new("apps", "v1", "Deployment", "deployments", """{"spec":""" + Replicated + ""","strategy":{}},"status":{}}""")
            { HasStatus = true, HasScale = true, HasGeneration = true, ShortNames = ["deploy"], Categories = _all },
        new("apps", "v1", "ReplicaSet", "replicasets", """{"spec":""" + Replicated + """},"status":{"replicas":0}}""")
            { HasStatus = true, HasScale = true, HasGeneration = true, ShortNames = ["rs"], Categories = _all },
        new("apps", "v1", "StatefulSet", "statefulsets",
            """{"spec":""" + Replicated + ""","serviceName":"","updateStrategy":{}},"status":{"replicas":0,"availableReplicas":0}}""")
            { HasStatus = true, HasScale = true, HasGeneration = true, ShortNames = ["sts"], Categories = _all },
        new("batch", "v1", "CronJob", "cronjobs",
            """{"spec":{"schedule":"","jobTemplate":{"metadata":{},"spec":{"template":""" + Template + """}}},"status":{}}""")
            { HasStatus = true, HasGeneration = true, ShortNames = ["cj"], Categories = _all },
        new("batch", "v1", "Job", "jobs", """{"spec":{"template":""" + Template + """},"status":{}}""")
            { HasStatus = true, HasGeneration = true, Categories = _all },
        _autoscaler,
        Conversion.OlderAutoscaler(_autoscaler),
        new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets",
            """{"spec":{},"status":{"disruptionsAllowed":0,"currentHealthy":0,"desiredHealthy":0,"expectedPods":0}}""")
            { HasStatus = true, HasGeneration = true, ShortNames = ["pdb"] },
        new("coordination.k8s.io", "v1", "Lease", "leases", """{"spec":{}}"""),
        new("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations")
            { Namespaced = false, HasGeneration = true },
        new("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations")
            { Namespaced = false, HasGeneration = true },
        // Answered, never stored.
        new("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews") { Namespaced = false },
    ];

    public IReadOnlyList<ApiKind> Kinds => _kinds;

    /// <summary>Serves a further kind from now on.</summary>
    public void Add(ApiKind kind) => ImmutableInterlocked.Update(ref _kinds, (kinds, added) => kinds.Add(added), kind);

    /// <summary>The kind behind a path, or null where it is not served.</summary>
    public ApiKind? ByResource(string group, string version, string plural)
        => _kinds.FirstOrDefault(kind => kind.Group == group && kind.Version == version && kind.Plural == plural);

    /// <summary>The kind of a manifest.</summary>
    /// <exception cref="ArgumentException">It is not served.</exception>
    public ApiKind ByManifest(string? apiVersion, string? name)
        => _kinds.FirstOrDefault(kind => kind.ApiVersion == apiVersion && kind.Kind == name)
            ?? throw new ArgumentException($"{apiVersion} {name} is not served");
}
