using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

public class BudgetReadingTests
{
    [Theory]
    [InlineData("{}", "", "", "")]
    [InlineData("""{"minAvailable":1}""", "1", "", "")]
    [InlineData("""{"minAvailable":"50%","maxUnavailable":null}""", "50%", "", "")]
    [InlineData("""{"maxUnavailable":0,"unhealthyPodEvictionPolicy":"AlwaysAllow"}""", "", "0", "AlwaysAllow")]
    public void Budget_IsRead(string spec, string minAvailable, string maxUnavailable, string policy)
    {
        var budget = Read(spec);

        Assert.Equal((minAvailable, maxUnavailable, policy), ($"{budget.MinAvailable}", $"{budget.MaxUnavailable}", budget.UnhealthyPodEvictionPolicy));
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"selector":null}""", false)]
    [InlineData("""{"selector":{}}""", true)]
    [InlineData("""{"selector":{"matchLabels":{"app":"web"}}}""", true)]
    [InlineData("""{"selector":{"matchLabels":{"app":"api"}}}""", false)]
    [InlineData("""{"selector":{"matchExpressions":[{"key":"app","operator":"In","values":["api","web"]}]}}""", true)]
    public void AbsentSelector_SelectsNothingAndAnEmptyOneEverything(string spec, bool selects) =>
        Assert.Equal(selects, Read(spec).Selects(new Dictionary<string, string> { ["app"] = "web" }));

    [Fact]
    public void WrongCount_IsRefusedWithItsField()
    {
        var exception = Assert.Throws<MalformedJsonException>(() => Read("""{"minAvailable":"half"}"""));

        Assert.Equal("spec.minAvailable must be a whole number or a percentage such as 25%", exception.Message);
    }

    [Fact]
    public void FieldsOfABudget_AreNotReadOfOtherKinds() =>
        Assert.Empty(SpecText.Read<Workload>("""{"minAvailable":[],"maxUnavailable":[]}""", "apps/v1", "Deployment").ClaimTemplates);

    [Theory]
    [InlineData("autoscaling/v2", "HorizontalPodAutoscaler", "{}", null, null, "spec.maxReplicas")]
    [InlineData("autoscaling/v2", "HorizontalPodAutoscaler", """{"maxReplicas":4,"maxReplicaCount":9,"idleReplicaCount":1}""", 4, null, "spec.maxReplicas")]
    [InlineData("keda.sh/v1alpha1", "ScaledObject", "{}", 100, null, "spec.maxReplicaCount")]
    [InlineData("keda.sh/v1alpha1", "ScaledObject", """{"maxReplicas":9,"maxReplicaCount":4,"idleReplicaCount":0}""", 4, 0, "spec.maxReplicaCount")]
    public void Autoscaler_HasItsCeiling(string apiVersion, string kind, string spec, int? ceiling, int? idle, string field)
    {
        var autoscaler = SpecText.Read<Autoscaler>(spec, apiVersion, kind);

        Assert.Equal((ceiling, idle, field), (autoscaler.Ceiling, autoscaler.IdleReplicaCount, autoscaler.CeilingField));
    }

    private static PodDisruptionBudget Read(string spec) => SpecText.Read<PodDisruptionBudget>(spec, "policy/v1", "PodDisruptionBudget");
}
