using System.Text.Json.Nodes;

namespace HaWebhook.Policy.Tests.Json;

/// <summary>Reviews in which every field stands that is read, and the type that each must have.</summary>
internal static class ReadFields
{
    /// <summary>A Deployment that uses every field of a workload.</summary>
    public static JsonNode Deployment() => ReviewJson.OfCreate(JsonNode.Parse("""
        {"kind":"Deployment","apiVersion":"apps/v1",
         "metadata":{"name":"web","namespace":"shop","uid":"7e8d55ca","generateName":"web-","labels":{"app":"web"},
           "annotations":{"ha-webhook":"x","team":"x"},
           "ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"web","uid":"1","controller":false}]},
         "spec":{"replicas":1,
           "selector":{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"app","operator":"In","values":["web"]}]},
           "template":{"metadata":{"labels":{"app":"web"},"annotations":{}},"spec":{
             "restartPolicy":"Always","nodeName":"node-1",
             "containers":[{"name":"web","ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],
               "readinessProbe":{"httpGet":{"path":"/","port":8080,"scheme":"HTTP"},"periodSeconds":1,"timeoutSeconds":1,"failureThreshold":1},
               "livenessProbe":{"tcpSocket":{"port":"http"},"periodSeconds":1},
               "startupProbe":{"tcpSocket":{"port":8080},"periodSeconds":1}}],
             "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"kubernetes.io/hostname","whenUnsatisfiable":"ScheduleAnyway",
               "labelSelector":{"matchLabels":{"app":"web"}},"matchLabelKeys":["pod-template-hash"]}],
             "affinity":{"podAntiAffinity":{
               "requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/hostname",
                 "labelSelector":{"matchLabels":{"app":"web"}},
                 "namespaces":["shop"],"namespaceSelector":{"matchLabels":{"a":"b"}},"mismatchLabelKeys":["tenant"]}],
               "preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{"topologyKey":"kubernetes.io/hostname"}}]}},
             "volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}},{"name":"scratch","emptyDir":{}}]}},
           "volumeClaimTemplates":[{}]},
         "status":{}}
        """)!).ToNode();

    public const string Text = "a string";
    public const string Number = "a whole number";
    public const string Boolean = "true or false";
    public const string Object = "an object";
    public const string List = "a list";

    private const string Pods = "request.object.spec.template.spec.";
    private const string Affinity = Pods + "affinity.podAntiAffinity.";
    private const string Required = Affinity + "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = Affinity + "preferredDuringSchedulingIgnoredDuringExecution";

    /// <summary>The fields that are no items of lists.</summary>
    public static TheoryData<string> PropertiesOfDeployment => [.. OfDeployment.Select(row => row.Data.Item1).Where(path => !path.EndsWith(']'))];

    /// <summary>Every field of <see cref="Deployment"/> that is read.</summary>
    public static TheoryData<string, string> OfDeployment => new()
    {
        { "kind", Text },
        { "apiVersion", Text },
        { "request", Object },
        { "request.uid", Text },
        { "request.kind", Object },
        { "request.kind.group", Text },
        { "request.kind.version", Text },
        { "request.kind.kind", Text },
        { "request.resource", Object },
        { "request.resource.group", Text },
        { "request.resource.resource", Text },
        { "request.subResource", Text },
        { "request.name", Text },
        { "request.namespace", Text },
        { "request.operation", Text },
        { "request.userInfo", Object },
        { "request.userInfo.username", Text },
        { "request.userInfo.groups", List },
        { "request.userInfo.groups[0]", Text },
        { "request.dryRun", Boolean },
        { "request.object", Object },
        { "request.object.metadata", Object },
        { "request.object.metadata.name", Text },
        { "request.object.metadata.namespace", Text },
        { "request.object.metadata.uid", Text },
        { "request.object.metadata.generateName", Text },
        { "request.object.metadata.labels", Object },
        { "request.object.metadata.labels.app", Text },
        { "request.object.metadata.annotations", Object },
        { "request.object.metadata.ownerReferences", List },
        { "request.object.metadata.ownerReferences[0]", Object },
        { "request.object.metadata.ownerReferences[0].apiVersion", Text },
        { "request.object.metadata.ownerReferences[0].kind", Text },
        { "request.object.metadata.ownerReferences[0].name", Text },
        { "request.object.metadata.ownerReferences[0].uid", Text },
        { "request.object.metadata.ownerReferences[0].controller", Boolean },
        { "request.object.spec", Object },
        { "request.object.spec.replicas", Number },
        { "request.object.spec.selector", Object },
        { "request.object.spec.selector.matchLabels", Object },
        { "request.object.spec.selector.matchLabels.app", Text },
        { "request.object.spec.selector.matchExpressions", List },
        { "request.object.spec.selector.matchExpressions[0]", Object },
        { "request.object.spec.selector.matchExpressions[0].key", Text },
        { "request.object.spec.selector.matchExpressions[0].operator", Text },
        { "request.object.spec.selector.matchExpressions[0].values", List },
        { "request.object.spec.selector.matchExpressions[0].values[0]", Text },
        { "request.object.spec.volumeClaimTemplates", List },
        { "request.object.spec.template", Object },
        { "request.object.spec.template.metadata", Object },
        { "request.object.spec.template.metadata.labels", Object },
        { "request.object.spec.template.spec", Object },
        { Pods + "restartPolicy", Text },
        { Pods + "nodeName", Text },
        { Pods + "containers", List },
        { Pods + "containers[0]", Object },
        { Pods + "containers[0].name", Text },
        { Pods + "containers[0].ports", List },
        { Pods + "containers[0].ports[0]", Object },
        { Pods + "containers[0].ports[0].name", Text },
        { Pods + "containers[0].ports[0].containerPort", Number },
        { Pods + "containers[0].ports[0].protocol", Text },
        { Pods + "containers[0].readinessProbe", Object },
        { Pods + "containers[0].readinessProbe.httpGet", Object },
        { Pods + "containers[0].readinessProbe.httpGet.path", Text },
        { Pods + "containers[0].readinessProbe.httpGet.scheme", Text },
        { Pods + "containers[0].readinessProbe.periodSeconds", Number },
        { Pods + "containers[0].readinessProbe.timeoutSeconds", Number },
        { Pods + "containers[0].readinessProbe.failureThreshold", Number },
        { Pods + "containers[0].livenessProbe", Object },
        { Pods + "containers[0].livenessProbe.tcpSocket", Object },
        { Pods + "containers[0].startupProbe", Object },
        { Pods + "topologySpreadConstraints", List },
        { Pods + "topologySpreadConstraints[0]", Object },
        { Pods + "topologySpreadConstraints[0].maxSkew", Number },
        { Pods + "topologySpreadConstraints[0].topologyKey", Text },
        { Pods + "topologySpreadConstraints[0].whenUnsatisfiable", Text },
        { Pods + "topologySpreadConstraints[0].labelSelector", Object },
        { Pods + "topologySpreadConstraints[0].matchLabelKeys", List },
        { Pods + "topologySpreadConstraints[0].matchLabelKeys[0]", Text },
        { Pods + "affinity", Object },
        { Pods + "affinity.podAntiAffinity", Object },
        { Required, List },
        { Required + "[0]", Object },
        { Required + "[0].topologyKey", Text },
        { Required + "[0].labelSelector", Object },
        { Required + "[0].namespaces", List },
        { Required + "[0].namespaces[0]", Text },
        { Required + "[0].namespaceSelector", Object },
        { Required + "[0].mismatchLabelKeys", List },
        { Preferred, List },
        { Preferred + "[0]", Object },
        { Preferred + "[0].podAffinityTerm", Object },
        { Preferred + "[0].podAffinityTerm.topologyKey", Text },
        { Pods + "volumes", List },
        { Pods + "volumes[0]", Object },
        { Pods + "volumes[0].name", Text },
        { Pods + "volumes[0].persistentVolumeClaim", Object },
        { Pods + "volumes[0].persistentVolumeClaim.claimName", Text },
    };
}
