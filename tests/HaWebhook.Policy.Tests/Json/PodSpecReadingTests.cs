using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

public class PodSpecReadingTests
{
    [Fact]
    public void AbsentFields_HaveTheirMeaning()
    {
        var spec = SpecText.Pod("{}");

        Assert.Equal(("", "", null, 30L, false), (spec.NodeName, spec.PriorityClassName, spec.TerminationGracePeriodSeconds, spec.GracePeriodSeconds, spec.HostNetwork));
        Assert.Empty(spec.NodeSelector);
        Assert.Empty(spec.RequiredNodeAffinity);
        Assert.Empty(spec.AllContainers);
    }

    [Fact]
    public void Fields_AreRead()
    {
        var spec = SpecText.Pod("""
            {"priorityClassName":"high","terminationGracePeriodSeconds":0,"hostNetwork":true,"nodeSelector":{"disk":"ssd"}}
            """);

        Assert.Equal(("high", 0L, 0L, true), (spec.PriorityClassName, spec.TerminationGracePeriodSeconds, spec.GracePeriodSeconds, spec.HostNetwork));
        Assert.Equal("ssd", spec.NodeSelector["disk"]);
    }

    [Fact]
    public void RequiredNodeAffinity_IsReadInOrderAndPreferredIsNot()
    {
        var terms = SpecText.Pod("""
            {"affinity":{"nodeAffinity":{
              "preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"preference":{"matchExpressions":[{"key":"x","operator":"Exists"}]}}],
              "requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
                {"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]},{"key":"cores","operator":"Gt","values":["4"]}]},
                {"matchFields":[{"key":"metadata.name","operator":"In","values":["node-1"]}]},
                {}]}}}}
            """).RequiredNodeAffinity;

        Assert.Equal(
            ["zone in (a,b) cores Gt | ", " | metadata.name in (node-1)", " | "],
            terms.Select(term => $"{string.Join(' ', term.MatchExpressions)} | {string.Join(' ', term.MatchFields)}"));
    }

    [Theory]
    [InlineData("""{"name":"a"}""", VolumeSource.EmptyDir, "", "")]
    [InlineData("""{"name":"a","emptyDir":{}}""", VolumeSource.EmptyDir, "", "")]
    [InlineData("""{"name":"a","emptyDir":{},"hostPath":null,"ephemeral":null,"persistentVolumeClaim":null}""", VolumeSource.EmptyDir, "", "")]
    [InlineData("""{"name":"a","nfs":{"server":"b"}}""", VolumeSource.Other, "", "")]
    [InlineData("""{"name":"a","persistentVolumeClaim":{"claimName":"b"}}""", VolumeSource.PersistentVolumeClaim, "b", "")]
    [InlineData("""{"persistentVolumeClaim":{"claimName":"b"},"name":"a"}""", VolumeSource.PersistentVolumeClaim, "b", "")]
    [InlineData("""{"name":"a","persistentVolumeClaim":{"claimName":"b"},"emptyDir":{}}""", VolumeSource.PersistentVolumeClaim, "b", "")]
    [InlineData("""{"name":"a","ephemeral":{"volumeClaimTemplate":{}}}""", VolumeSource.EphemeralClaim, "", "")]
    [InlineData("""{"name":"a","hostPath":{"path":"/data"}}""", VolumeSource.HostPath, "", "/data")]
    public void Volume_IsWhereWhatIsWrittenGoes(string volume, VolumeSource source, string claim, string hostPath)
    {
        var read = Assert.Single(SpecText.Pod($$"""{"volumes":[{{volume}}]}""").Volumes);

        Assert.Equal(new Volume("a", source) { ClaimName = claim, HostPath = hostPath }, read);
        Assert.Equal(source != VolumeSource.EmptyDir, read.HoldsState);
    }

    [Theory]
    [InlineData("configMap")]
    [InlineData("secret")]
    [InlineData("projected")]
    [InlineData("downwardAPI")]
    [InlineData("csi")]
    [InlineData("image")]
    [InlineData("gitRepo")]
    public void VolumeThatOnlyBringsSomethingAlong_IsNotKept(string source) =>
        Assert.Empty(SpecText.Pod($$$"""{"volumes":[{"name":"a","{{{source}}}":{}},null]}""").Volumes);

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"volumeClaimTemplates":null}""", "")]
    [InlineData("""{"volumeClaimTemplates":[]}""", "")]
    [InlineData("""{"volumeClaimTemplates":[{"metadata":{}}]}""", ":")]
    [InlineData(
        """{"volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce","ReadOnlyMany"]}},{"metadata":{"name":"log"},"spec":null}]}""",
        "data:ReadWriteOnce,ReadOnlyMany log:")]
    public void ClaimTemplates_AreRead(string spec, string templates)
    {
        var workload = SpecText.Read<Workload>(spec, "apps/v1", "StatefulSet");

        Assert.Equal(templates, string.Join(' ', workload.ClaimTemplates.Select(template => $"{template.Name}:{string.Join(',', template.AccessModes)}")));
        Assert.Equal(templates.Length > 0, workload.HasClaimTemplates);
    }
}
