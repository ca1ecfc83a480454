using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

public class EffectiveReplicasTests
{
    private const string Own = "spec.replicas";

    public static TheoryData<int?, string?, int, string> Floors => new()
    {
        { null, null, 1, Own },
        { 3, null, 3, Own },
        { 0, null, 0, Own },
        { 1, "hpa min=2", 2, "HorizontalPodAutoscaler/a spec.minReplicas" },
        { null, "hpa min=2", 2, "HorizontalPodAutoscaler/a spec.minReplicas" },
        { 5, "hpa min=2", 2, "HorizontalPodAutoscaler/a spec.minReplicas" },
        { 5, "hpa", 1, "HorizontalPodAutoscaler/a spec.minReplicas" },
        { 5, "hpa min=0", 0, "HorizontalPodAutoscaler/a spec.minReplicas" },
        { 0, "hpa min=2", 0, Own },
        { 5, "scaled min=2", 2, "ScaledObject/a spec.minReplicaCount" },
        { 5, "scaled", 0, "ScaledObject/a spec.minReplicaCount" },
        { 0, "scaled min=2", 0, Own },
        { 5, "hpa min=2 kind=StatefulSet", 5, Own },
        { 5, "hpa min=2 group=", 5, Own },
        { 5, "hpa min=2 group=argoproj.io", 5, Own },
        { 5, "hpa min=2 target=api", 5, Own },
        { 5, "hpa min=2 target=WEB", 5, Own },
        { 5, "hpa min=2 owner=ScaledObject", 5, Own },
        { 5, "hpa min=2 owner=Application", 2, "HorizontalPodAutoscaler/a spec.minReplicas" },
        { 5, "hpa min=1 owner=ScaledObject; scaled min=3", 3, "ScaledObject/b spec.minReplicaCount" },
        { 5, "hpa min=4; hpa min=2; hpa min=3", 2, "HorizontalPodAutoscaler/b spec.minReplicas" },
        { 5, "hpa min=4; scaled; hpa", 0, "ScaledObject/b spec.minReplicaCount" },
        { 5, "hpa min=2; hpa min=2", 2, "HorizontalPodAutoscaler/a spec.minReplicas" },
        { 5, "hpa min=1 target=api; hpa min=3", 3, "HorizontalPodAutoscaler/b spec.minReplicas" },
    };

    [Theory]
    [MemberData(nameof(Floors))]
    public void Workload_RunsWithTheFloorThatCounts(int? replicas, string? autoscalers, int count, string field)
    {
        var workload = new Workload
        {
            ApiVersion = "apps/v1",
            Kind = "Deployment",
            Metadata = new Metadata { Name = "web" },
            Template = PodTemplate.None,
            Replicas = replicas,
        };

        var effective = EffectiveReplicas.Of(workload, Related(autoscalers));

        Assert.Equal((count, field), (effective.Count, effective.Field));
        Assert.Equal(field == Own, effective.Autoscaler is null);
    }

    [Theory]
    [MemberData(nameof(Floors))]
    public void Scale_RunsWithTheFloorOfItsWorkload(int? replicas, string? autoscalers, int count, string field)
    {
        var scale = new Scale
        {
            ApiVersion = "autoscaling/v1",
            Kind = "Scale",
            Metadata = new Metadata { Name = "web" },
            TargetGroup = "apps",
            TargetKind = "Deployment",
            Replicas = replicas ?? 1,
        };

        var effective = EffectiveReplicas.Of(scale, Related(autoscalers));

        Assert.Equal((count, field), (effective.Count, effective.Field));
    }

    [Fact]
    public void CustomWorkload_IsFoundByItsGroup()
    {
        var rollout = new Workload
        {
            ApiVersion = "argoproj.io/v1alpha1",
            Kind = "Rollout",
            Metadata = new Metadata { Name = "web" },
            Template = PodTemplate.None,
            Replicas = 5,
        };

        Assert.Equal(2, EffectiveReplicas.Of(rollout, Related("hpa min=2 kind=Rollout group=argoproj.io")).Count);
        Assert.Equal(5, EffectiveReplicas.Of(rollout, Related("hpa min=2 kind=Rollout group=apps")).Count);
    }

    /// <summary>Autoscalers a, b, c and so on, from words such as <c>hpa min=2 target=api; scaled</c>.</summary>
    private static RelatedObjects Related(string? autoscalers)
    {
        var texts = (autoscalers ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new RelatedObjects { Autoscalers = new([.. texts.Select((text, index) => Parse(text, ((char)('a' + index)).ToString())).Reverse()]) };
    }

    private static Autoscaler Parse(string text, string name)
    {
        var words = text.Split(' ');
        var options = words.Skip(1).Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var isScaledObject = words[0] == "scaled";
        var owner = options.GetValueOrDefault("owner");
        return new Autoscaler
        {
            ApiVersion = isScaledObject ? "keda.sh/v1alpha1" : "autoscaling/v2",
            Kind = isScaledObject ? "ScaledObject" : "HorizontalPodAutoscaler",
            Metadata = new Metadata { Name = name, Owners = owner is null ? [] : [new("keda.sh/v1alpha1", owner, "web", "1", IsController: true)] },
            Minimum = options.TryGetValue("min", out var minimum) ? int.Parse(minimum, System.Globalization.CultureInfo.InvariantCulture) : null,
            TargetGroup = options.GetValueOrDefault("group", "apps"),
            TargetKind = options.GetValueOrDefault("kind", "Deployment"),
            TargetName = options.GetValueOrDefault("target", "web"),
        };
    }
}
