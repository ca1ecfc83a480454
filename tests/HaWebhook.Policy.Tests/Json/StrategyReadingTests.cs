using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

public class StrategyReadingTests
{
    [Theory]
    [InlineData("apps/v1", "Deployment", "{}", "   ")]
    [InlineData("apps/v1", "Deployment", """{"strategy":null}""", "   ")]
    [InlineData("apps/v1", "Deployment", """{"strategy":{"type":"Recreate","rollingUpdate":null}}""", "Recreate   ")]
    [InlineData("apps/v1", "Deployment", """{"strategy":{"rollingUpdate":{"maxUnavailable":"100%","maxSurge":0}}}""", " 100% 0 ")]
    [InlineData("apps/v1", "Deployment", """{"strategy":{"maxUnavailable":1},"updateStrategy":{"type":"OnDelete"}}""", "   ")]
    [InlineData("apps/v1", "StatefulSet", """{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":2,"maxUnavailable":"50%"}}}""", "RollingUpdate 50%  2")]
    [InlineData("apps/v1", "StatefulSet", """{"updateStrategy":{"type":"OnDelete"},"strategy":7}""", "OnDelete   ")]
    [InlineData("argoproj.io/v1alpha1", "Rollout", """{"strategy":{"canary":{"maxSurge":"33%","maxUnavailable":0,"steps":[{}]}}}""", "canary 0 33% ")]
    [InlineData("argoproj.io/v1alpha1", "Rollout", """{"strategy":{"blueGreen":{"activeService":"a"},"canary":null}}""", "blueGreen   ")]
    [InlineData("apps.openshift.io/v1", "DeploymentConfig", """{"strategy":{"type":"Rolling","rollingParams":{"maxUnavailable":"25%","maxSurge":1}}}""", "Rolling 25% 1 ")]
    [InlineData("apps.openshift.io/v1", "DeploymentConfig", """{"strategy":{"type":"Custom"}}""", "Custom   ")]
    [InlineData("apps.kruise.io/v1alpha1", "CloneSet", """{"updateStrategy":{"type":"InPlaceOnly","partition":"80%","maxUnavailable":2,"maxSurge":1}}""", "InPlaceOnly 2 1 80%")]
    [InlineData("v1", "ReplicationController", """{"strategy":7,"updateStrategy":7}""", "   ")]
    public void Strategy_IsReadAsItsKindWritesIt(string apiVersion, string kind, string spec, string strategy) =>
        Assert.Equal(strategy, Text(SpecText.Read<Workload>(spec, apiVersion, kind).Strategy));

    [Theory]
    [InlineData("{}", "   ")]
    [InlineData("""{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":"10%"}}}""", "RollingUpdate 1 10% ")]
    public void StrategyOfADaemonSet_IsReadToo(string spec, string strategy) =>
        Assert.Equal(strategy, Text(SpecText.Read<DaemonSet>(spec, "apps/v1", "DaemonSet").Strategy));

    [Theory]
    [InlineData("\"abc\"", "must be a whole number or a percentage such as 25%")]
    [InlineData("\"\"", "must be a whole number or a percentage such as 25%")]
    [InlineData("\"%\"", "must be a whole number or a percentage such as 25%")]
    [InlineData("\"5\"", "must be a whole number or a percentage such as 25%")]
    [InlineData("\"-5%\"", "must be a whole number or a percentage such as 25%")]
    [InlineData("\"2.5%\"", "must be a whole number or a percentage such as 25%")]
    [InlineData("\"99999999999%\"", "must be a whole number or a percentage such as 25%")]
    [InlineData("true", "must be a whole number or a percentage such as 25%")]
    [InlineData("[]", "must be a whole number or a percentage such as 25%")]
    [InlineData("""{"a":1}""", "must be a whole number or a percentage such as 25%")]
    [InlineData("-1", "must not be below 0")]
    [InlineData("0.5", "must be a whole number of 32 bits")]
    public void NeitherCountNorPercentage_IsRefused(string value, string problem)
    {
        var spec = $$$$"""{"strategy":{"rollingUpdate":{"maxSurge":{{{{value}}}}}}}""";
        var exception = Assert.Throws<MalformedJsonException>(() => SpecText.Read<Workload>(spec, "apps/v1", "Deployment"));

        Assert.Equal(("spec.strategy.rollingUpdate.maxSurge", $"spec.strategy.rollingUpdate.maxSurge {problem}"), (exception.Field, exception.Message));
    }

    private static string Text(UpdateStrategy strategy) => $"{strategy.Type} {strategy.MaxUnavailable} {strategy.MaxSurge} {strategy.Partition}";
}
