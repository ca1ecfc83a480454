using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

public class PodOwnerTests
{
    private static readonly Volume _claim = new("data", VolumeSource.PersistentVolumeClaim) { ClaimName = "data" };
    private static readonly Volume _scratch = new("scratch", VolumeSource.EmptyDir);

    [Fact]
    public void ContainerField_NamesTheContainer()
    {
        var container = new Container { Name = "app" };

        Assert.Equal("spec.template.spec.containers[app].livenessProbe", Workload("Deployment").ContainerField(container, "livenessProbe"));
        Assert.Equal("spec.initContainers[app].image", Pod().ContainerField(container with { Role = ContainerRole.Init }, "image"));
        Assert.Equal("spec.ephemeralContainers[app].image", Pod().ContainerField(container with { Role = ContainerRole.Ephemeral }, "image"));
        Assert.Equal("spec.containers[app].livenessProbe", Pod().ContainerField(container, "livenessProbe"));
        Assert.Equal("spec.template.spec.containers[app].image", Job("Job").ContainerField(container, "image"));
        Assert.Equal("spec.jobTemplate.spec.template.spec.containers[app].image", Job("CronJob").ContainerField(container, "image"));
    }

    [Fact]
    public void Annotation_OfTheObjectGoesBeforeThatOfItsTemplate()
    {
        var workload = Workload("Deployment") with
        {
            Metadata = new() { Annotations = new Dictionary<string, string> { ["a"] = "own" } },
            Template = new(new() { Annotations = new Dictionary<string, string> { ["a"] = "template", ["b"] = "template" } }, PodSpec.Empty),
        };

        Assert.Equal("own", workload.Annotation("a"));
        Assert.Equal("template", workload.Annotation("b"));
        Assert.Null(workload.Annotation("c"));
    }

    [Theory]
    [InlineData("Always", false)]
    [InlineData("OnFailure", true)]
    [InlineData("Never", true)]
    [InlineData("never", false)]
    public void Pod_RunsToCompletionUnlessItIsAlwaysRestarted(string policy, bool ends) =>
        Assert.Equal(ends, (Pod() with { Template = new(Metadata.Empty, new() { RestartPolicy = policy }) }).RunsToCompletion);

    [Fact]
    public void OnlyJobs_RunToCompletionWhateverTheirPolicy()
    {
        Assert.True(Job("Job").RunsToCompletion);
        Assert.False(Workload("Deployment").RunsToCompletion);
        var daemonSet = new DaemonSet { ApiVersion = "apps/v1", Kind = "DaemonSet", Metadata = Metadata.Empty, Template = PodTemplate.None };
        Assert.False(daemonSet.RunsToCompletion);
    }

    [Fact]
    public void State_IsOnAVolumeOrInTheKind()
    {
        Assert.True(Workload("Deployment").IsStateless);
        Assert.True(Workload("Deployment", _scratch).IsStateless);
        Assert.False(Workload("Deployment", _scratch, _claim).IsStateless);
        Assert.False(Workload("StatefulSet").IsStateless);
        Assert.False((Workload("CloneSet") with { ClaimTemplates = [new("data", [])] }).IsStateless);
        Assert.True(Pod().IsStateless);
        Assert.False((Pod() with { Metadata = OwnedBy("StatefulSet") }).IsStateless);
        Assert.True((Pod() with { Metadata = OwnedBy("ReplicaSet") }).IsStateless);
    }

    [Theory]
    [InlineData("v1", true)]
    [InlineData("apps/v1", true)]
    [InlineData("batch/v1", true)]
    [InlineData("argoproj.io/v1alpha1", false)]
    [InlineData("apps.kruise.io/v1alpha1", false)]
    public void BuiltInOwner_HasAGroupWithoutADot(string apiVersion, bool isBuiltIn) =>
        Assert.Equal(isBuiltIn, new OwnerReference(apiVersion, "Any", "a", "1", IsController: true).IsBuiltIn);

    [Fact]
    public void Controller_IsTheOwnerThatSaysSo()
    {
        var other = new OwnerReference("v1", "ConfigMap", "a", "1", IsController: false);
        var controller = new OwnerReference("apps/v1", "ReplicaSet", "b", "2", IsController: true);

        Assert.Same(controller, new Metadata { Owners = [other, controller] }.Controller);
        Assert.Null(new Metadata { Owners = [other] }.Controller);
        Assert.Null(Metadata.Empty.Controller);
    }

    private static Metadata OwnedBy(string kind) => new() { Owners = [new("apps/v1", kind, "web", "1", IsController: true)] };

    private static Workload Workload(string kind, params Volume[] volumes) =>
        new() { ApiVersion = "apps/v1", Kind = kind, Metadata = Metadata.Empty, Template = new(Metadata.Empty, new() { Volumes = volumes }) };

    private static Job Job(string kind) => new() { ApiVersion = "batch/v1", Kind = kind, Metadata = Metadata.Empty, Template = PodTemplate.None };

    private static Pod Pod() => new() { ApiVersion = "v1", Kind = "Pod", Metadata = Metadata.Empty, Template = PodTemplate.None };
}
