using System.Text;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

public class KindReadingTests
{
    private static readonly PolicyReader _reader = new PolicyEvaluator(PolicyOptions.Default, FixedClock.Default).Reader;

    [Theory]
    [InlineData("apps/v1", "Deployment", typeof(Workload))]
    [InlineData("apps/v1", "StatefulSet", typeof(Workload))]
    [InlineData("apps/v1", "ReplicaSet", typeof(Workload))]
    [InlineData("v1", "ReplicationController", typeof(Workload))]
    [InlineData("argoproj.io/v1alpha1", "Rollout", typeof(Workload))]
    [InlineData("apps.kruise.io/v1alpha1", "CloneSet", typeof(Workload))]
    [InlineData("apps.openshift.io/v1", "DeploymentConfig", typeof(Workload))]
    [InlineData("apps/v1", "DaemonSet", typeof(DaemonSet))]
    [InlineData("batch/v1", "Job", typeof(Job))]
    [InlineData("batch/v1", "CronJob", typeof(Job))]
    [InlineData("v1", "Pod", typeof(Pod))]
    [InlineData("autoscaling/v1", "Scale", typeof(Scale))]
    [InlineData("autoscaling/v2", "HorizontalPodAutoscaler", typeof(Autoscaler))]
    [InlineData("keda.sh/v1alpha1", "ScaledObject", typeof(Autoscaler))]
    [InlineData("postgresql.cnpg.io/v1", "Cluster", typeof(ReplicatedResource))]
    [InlineData("v1", "PersistentVolumeClaim", typeof(PersistentVolumeClaim))]
    [InlineData("policy/v1", "PodDisruptionBudget", typeof(PodDisruptionBudget))]
    [InlineData("v1", "Namespace", typeof(NamespaceObject))]
    public void Kind_IsReadAsWhatItIs(string apiVersion, string kind, Type type)
    {
        var read = Read("""{"metadata":{"name":"web","namespace":"shop"},"spec":{}}""", apiVersion, kind);

        Assert.IsType(type, read);
        Assert.Equal((apiVersion, kind, "web", "shop"), (read.ApiVersion, read.Kind, read.Metadata.Name, read.Metadata.Namespace));
    }

    [Theory]
    [InlineData("v1", "Service")]
    [InlineData("apps/v1", "Rollout")]
    [InlineData("v1", "Deployment")]
    public void OtherKind_IsNotRead(string apiVersion, string kind) => Assert.Null(_reader.ReadObject("[]"u8.ToArray(), apiVersion, kind));

    [Theory]
    [InlineData("{}", null, 1)]
    [InlineData("""{"replicas":null}""", null, 1)]
    [InlineData("""{"replicas":0}""", 0, 0)]
    [InlineData("""{"replicas":7}""", 7, 7)]
    public void ReplicasOfAWorkload_AreOneWhereAbsent(string spec, int? given, int declared)
    {
        var workload = Read<Workload>(spec, "apps/v1", "Deployment");

        Assert.Equal((given, declared), (workload.Replicas, workload.DeclaredReplicas));
    }

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("""{"replicas":null}""", 0)]
    [InlineData("""{"replicas":2}""", 2)]
    public void ReplicasOfAScale_AreZeroWhereAbsent(string spec, int replicas) =>
        Assert.Equal(replicas, Read<Scale>(spec, "autoscaling/v1", "Scale").Replicas);

    [Theory]
    [InlineData("{}", 1, "", "", "")]
    [InlineData("""{"minReplicas":3,"minReplicaCount":9}""", 3, "", "", "")]
    [InlineData("""{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"}}""", 1, "apps", "Deployment", "web")]
    [InlineData("""{"scaleTargetRef":{"apiVersion":"v1","kind":"ReplicationController","name":"web"}}""", 1, "", "ReplicationController", "web")]
    [InlineData("""{"minReplicas":0,"scaleTargetRef":{"apiVersion":"argoproj.io/v1","kind":"Rollout","name":"a"}}""", 0, "argoproj.io", "Rollout", "a")]
    public void HorizontalPodAutoscaler_HasItsDefaults(string spec, int floor, string group, string kind, string name)
    {
        var autoscaler = Read<Autoscaler>(spec, "autoscaling/v2", "HorizontalPodAutoscaler");

        Assert.Equal((floor, group, kind, name), (autoscaler.Floor, autoscaler.TargetGroup, autoscaler.TargetKind, autoscaler.TargetName));
    }

    [Theory]
    [InlineData("{}", 0, "apps", "Deployment", "")]
    [InlineData("""{"minReplicas":9,"minReplicaCount":3,"scaleTargetRef":{"name":"web"}}""", 3, "apps", "Deployment", "web")]
    [InlineData("""{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"web"}}""", 0, "apps", "StatefulSet", "web")]
    [InlineData("""{"scaleTargetRef":{"apiVersion":null,"kind":null,"name":"web"}}""", 0, "apps", "Deployment", "web")]
    public void ScaledObject_HasItsDefaults(string spec, int floor, string group, string kind, string name)
    {
        var autoscaler = Read<Autoscaler>(spec, "keda.sh/v1alpha1", "ScaledObject");

        Assert.Equal((floor, group, kind, name), (autoscaler.Floor, autoscaler.TargetGroup, autoscaler.TargetKind, autoscaler.TargetName));
    }

    [Theory]
    [InlineData("postgresql.cnpg.io/v1", "Cluster", """{"instances":3}""", "spec.instances=3")]
    [InlineData("postgresql.cnpg.io/v1", "Cluster", "{}", "spec.instances=1")]
    [InlineData("postgresql.cnpg.io/v1", "Cluster", "null", "spec.instances=1")]
    [InlineData("postgresql.cnpg.io/v1", "Cluster", """{"instances":null}""", "spec.instances=1")]
    [InlineData("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", """{"nodeSets":[{"count":1},{"count":2}]}""", "spec.nodeSets[].count=3")]
    [InlineData("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", """{"nodeSets":[{},{"count":2}]}""", "spec.nodeSets[].count=3")]
    [InlineData("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", """{"nodeSets":[]}""", "spec.nodeSets[].count=1")]
    [InlineData(
        "databases.spotahome.com/v1",
        "RedisFailover",
        """{"redis":{"replicas":2},"sentinel":{"replicas":3}}""",
        "spec.redis.replicas=2 spec.sentinel.replicas=3")]
    [InlineData("databases.spotahome.com/v1", "RedisFailover", """{"redis":{"replicas":2}}""", "spec.redis.replicas=2 spec.sentinel.replicas=3")]
    public void ReplicatedResource_IsCountedAtItsPath(string apiVersion, string kind, string spec, string counts)
    {
        var resource = Read<ReplicatedResource>(spec, apiVersion, kind);

        Assert.Equal(counts, string.Join(' ', resource.Counts.Select(count => $"{count.Field}={count.Count}")));
    }

    [Fact]
    public void ReplicationController_HasItsTemplatesLabelsForASelector()
    {
        const string template = "\"template\":{\"metadata\":{\"labels\":{\"app\":\"web\"}}}";

        Assert.Equal("app=web", Read<Workload>($$"""{{{template}}}""", "v1", "ReplicationController").Selector?.ToString());
        Assert.Equal("app=api", Read<Workload>($$"""{"selector":{"app":"api"},{{template}}}""", "v1", "ReplicationController").Selector?.ToString());
        Assert.Equal("app=api", Read<Workload>("""{"selector":{"app":"api"}}""", "apps.openshift.io/v1", "DeploymentConfig").Selector?.ToString());
        Assert.Null(Read<Workload>($$"""{{{template}}}""", "apps/v1", "Deployment").Selector);
    }

    [Theory]
    [InlineData("""{"accessModes":["ReadWriteOnce"]}""", false)]
    [InlineData("""{"accessModes":["ReadWriteOncePod"]}""", false)]
    [InlineData("""{"accessModes":["ReadWriteOnce","ReadWriteMany"]}""", true)]
    [InlineData("""{"accessModes":["ReadOnlyMany"]}""", true)]
    [InlineData("{}", false)]
    public void Claim_IsSharedWhereSeveralNodesCanMountIt(string spec, bool isShared) =>
        Assert.Equal(isShared, Read<PersistentVolumeClaim>(spec, "v1", "PersistentVolumeClaim").IsShared);

    [Fact]
    public void CronJob_HasItsPodsTwoLevelsDown()
    {
        const string spec = """{"schedule":"@daily","jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"a"}]}}}}}""";

        Assert.Equal("a", Assert.Single(Read<Job>(spec, "batch/v1", "CronJob").Template.Spec.Containers).Name);
    }

    [Fact]
    public void AbsentFields_HaveTheirMeaning()
    {
        const string spec = """{"containers":[{"ports":[{"containerPort":80}],"readinessProbe":{"httpGet":{"path":"/","port":"http"}}}]}""";
        var pod = Read<Pod>(spec, "v1", "Pod");
        var container = Assert.Single(pod.Template.Spec.Containers);

        Assert.Equal("Always", pod.Template.Spec.RestartPolicy);
        Assert.Equal(new ContainerPort("", 80, "TCP"), Assert.Single(container.Ports));
        Assert.Equal(
            new Probe { HttpGet = new("/", new(0, "http"), "HTTP"), PeriodSeconds = 10, TimeoutSeconds = 1, FailureThreshold = 3 },
            container.ReadinessProbe);
    }

    [Fact]
    public void AntiAffinity_IsReadInOrder()
    {
        const string spec = """
            {"affinity":{"nodeAffinity":{},"podAntiAffinity":{
              "preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"podAffinityTerm":{"topologyKey":"c","namespaceSelector":{}}}],
              "requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"a","namespaces":["shop"]},{"topologyKey":"b","labelSelector":{}}]}}}
            """;
        var terms = Read<Pod>(spec, "v1", "Pod").Template.Spec.PodAntiAffinity;

        Assert.Equal(["a", "b", "c"], terms.Select(term => term.TopologyKey));
        Assert.Equal(["shop"], terms[0].Namespaces);
        Assert.Equal([false, true, false], terms.Select(term => term.LabelSelector is not null));
        Assert.Equal([false, false, true], terms.Select(term => term.HasNamespaceSelector));
        Assert.Equal("requiredDuringSchedulingIgnoredDuringExecution[b]", terms[1].Field);
        Assert.Equal("preferredDuringSchedulingIgnoredDuringExecution[c].podAffinityTerm", terms[2].Field);
    }

    [Theory]
    [InlineData("""{"minReplicas":"2"}""", "HorizontalPodAutoscaler", "spec.minReplicas must be a whole number, not a string")]
    [InlineData("""{"scaleTargetRef":[]}""", "HorizontalPodAutoscaler", "spec.scaleTargetRef must be an object, not a list")]
    [InlineData("""{"scaleTargetRef":{"name":{}}}""", "HorizontalPodAutoscaler", "spec.scaleTargetRef.name must be a string, not an object")]
    [InlineData("""{"replicas":true}""", "Scale", "spec.replicas must be a whole number, not true or false")]
    public void WrongType_IsRefused(string spec, string kind, string message)
    {
        var exception = Assert.Throws<MalformedJsonException>(() => Read($$"""{"metadata":{},"spec":{{spec}}}""", "autoscaling/v1", kind));

        Assert.Equal(message, exception.Message);
    }

    private static T Read<T>(string spec, string apiVersion, string kind)
        where T : KubernetesObject => Assert.IsType<T>(Read($$"""{"metadata":{"name":"web"},"spec":{{spec}}}""", apiVersion, kind));

    private static KubernetesObject Read(string json, string apiVersion, string kind) =>
        _reader.ReadObject(Encoding.UTF8.GetBytes(json), apiVersion, kind)!;
}
