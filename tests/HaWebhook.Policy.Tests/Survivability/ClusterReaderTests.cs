using System.Text;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Tests.Survivability;

public class ClusterReaderTests
{
    private const string PodText = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop","labels":{"app":"web"},
          "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-6d4","uid":"u1","controller":true}],
          "managedFields":[{"manager":"kubelet","fieldsV1":{"f:status":{}}}]},
         "spec":{"nodeName":"node-7","restartPolicy":"Always","containers":[{"name":"web","env":[{"name":"phase","value":"Ready"}]}]},
         "status":{"phase":"Running","conditions":[{"type":"PodScheduled","status":"True"},{"type":"Ready","status":"True"}]}}
        """;

    [Fact]
    public void Pod_IsReadWithWhatMatters()
    {
        var pod = Pod(PodText);

        Assert.Equal(("shop", "web-1", "node-7"), (pod.Namespace, pod.Name, pod.NodeName));
        Assert.Equal("web", pod.Labels["app"]);
        Assert.Equal(("ReplicaSet", "web-6d4", "u1"), (pod.Controller!.Kind, pod.Controller.Name, pod.Controller.Uid));
        Assert.Equal(PodPhase.Running, pod.Phase);
        Assert.True(pod.IsHealthy);
        Assert.False(pod.IsMirror || pod.RunsToCompletion || pod.IsTerminating || pod.HasEnded);
    }

    [Theory]
    [InlineData("\"Ready\",\"status\":\"True\"", "\"Ready\",\"status\":\"False\"")]
    [InlineData("\"Ready\",\"status\":\"True\"", "\"Ready\",\"status\":\"Unknown\"")]
    [InlineData("\"type\":\"Ready\"", "\"type\":\"ContainersReady\"")]
    [InlineData("\"name\":\"web-1\"", "\"name\":\"web-1\",\"deletionTimestamp\":\"2026-11-21T18:00:00Z\"")]
    [InlineData("\"Running\"", "\"Succeeded\"")]
    [InlineData("\"Running\"", "\"Failed\"")]
    public void Pod_ThatIsNotReadyOrOnItsWayOut_IsNotHealthy(string what, string instead)
    {
        Assert.Contains(what, PodText, StringComparison.Ordinal);
        Assert.False(Pod(PodText.Replace(what, instead, StringComparison.Ordinal)).IsHealthy);
    }

    [Theory]
    [InlineData("{}", PodPhase.Pending)]
    [InlineData("""{"status":null,"spec":null,"metadata":null}""", PodPhase.Pending)]
    [InlineData("""{"status":{"phase":"Pending"}}""", PodPhase.Pending)]
    [InlineData("""{"status":{"phase":"Unknown"}}""", PodPhase.Unknown)]
    [InlineData("""{"status":{"phase":"Evaporated"}}""", PodPhase.Unknown)]
    public void Pod_ThatIsHalfThere_IsRead(string text, PodPhase phase)
    {
        var pod = Pod(text);

        Assert.Equal(phase, pod.Phase);
        Assert.Equal("", pod.NodeName);
        Assert.Null(pod.Controller);
        Assert.False(pod.IsHealthy);
    }

    [Theory]
    [InlineData("""{"spec":{"restartPolicy":"Never"}}""", true)]
    [InlineData("""{"spec":{"restartPolicy":"OnFailure"}}""", true)]
    [InlineData("""{"spec":{"restartPolicy":null}}""", false)]
    [InlineData("""{"spec":{}}""", false)]
    public void Pod_ThatEndsByItself_SaysSo(string text, bool ends) => Assert.Equal(ends, Pod(text).RunsToCompletion);

    [Fact]
    public void MirrorOfAStaticPod_SaysSo() =>
        Assert.True(Pod("""{"metadata":{"annotations":{"kubernetes.io/config.mirror":"x"}}}""").IsMirror);

    [Theory]
    [InlineData("[]", "the document")]
    [InlineData("""{"spec":{"nodeName":7}}""", "spec.nodeName")]
    [InlineData("""{"spec":{"nodeName":"a","nodeName":"b"}}""", "spec.nodeName")]
    [InlineData("""{"status":{"conditions":{}}}""", "status.conditions")]
    [InlineData("""{"metadata":{"labels":{"a":1}}}""", "metadata.labels.a")]
    [InlineData("""{"metadata":{}} x""", "after the end")]
    [InlineData("""{"metadata":""", "")]
    public void Pod_ThatIsWrong_IsRefusedWithTheField(string text, string field) =>
        Assert.Contains(field, Assert.Throws<MalformedJsonException>(() => Pod(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("topology.kubernetes.io/zone", "zone-a")]
    [InlineData("failure-domain.beta.kubernetes.io/zone", "zone-a")]
    [InlineData("zone", "")]
    public void Node_IsInTheZoneOfItsLabel(string label, string zone)
    {
        var node = Node("""{"metadata":{"name":"node-7","labels":{"LABEL":"zone-a"}}}""".Replace("LABEL", label, StringComparison.Ordinal));

        Assert.Equal(("node-7", zone), (node.Name, node.Zone));
    }

    [Theory]
    [InlineData("""{"spec":{},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""", true)]
    [InlineData("""{"spec":{},"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}}""", false)]
    [InlineData("""{"spec":{},"status":{"conditions":[{"type":"DiskPressure","status":"True"}]}}""", false)]
    [InlineData("""{"spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""", false)]
    [InlineData("""{"spec":{"taints":[{"key":"a","effect":"NoSchedule"}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""", false)]
    [InlineData("""{"spec":{"taints":[{"key":"a","effect":"NoExecute"}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""", false)]
    [InlineData("""{"spec":{"taints":[{"key":"a","effect":"PreferNoSchedule"}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""", true)]
    [InlineData("{}", false)]
    public void Node_TakesPods_WhereItIsReadyAndNothingKeepsThemAway(string text, bool takes) => Assert.Equal(takes, Node(text).TakesPods);

    [Fact]
    public void TaintOfACordonedNode_OnlyRepeatsThatItIs()
    {
        var node = Node("""{"spec":{"unschedulable":true,"taints":[{"key":"node.kubernetes.io/unschedulable","effect":"NoSchedule"}]}}""");

        Assert.True(node.IsUnschedulable);
        Assert.False(node.IsTainted);
    }

    private static RunningPod Pod(string text) => ClusterReader.ReadPod(Encoding.UTF8.GetBytes(text), new SharedStrings());

    private static Node Node(string text) => ClusterReader.ReadNode(Encoding.UTF8.GetBytes(text), new SharedStrings());
}
