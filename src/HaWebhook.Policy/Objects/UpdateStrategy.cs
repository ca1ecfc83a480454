namespace HaWebhook.Policy.Objects;

/// <summary>How an update replaces pods, as it was written. Kinds differ in what absence means, so that is for the rule to know.</summary>
/// <param name="Type">
/// <c>type</c>: <c>RollingUpdate</c> or <c>Recreate</c> of a Deployment (absent means <c>RollingUpdate</c>), <c>RollingUpdate</c> or <c>OnDelete</c> of a
/// StatefulSet or DaemonSet (likewise), <c>Rolling</c>, <c>Recreate</c> or <c>Custom</c> of a DeploymentConfig (absent means <c>Rolling</c>),
/// <c>ReCreate</c>, <c>InPlaceIfPossible</c> or <c>InPlaceOnly</c> of a CloneSet (absent means <c>ReCreate</c>). Of a Rollout the
/// block that is there: <c>canary</c> or <c>blueGreen</c>. Empty where absent.
/// </param>
/// <param name="MaxUnavailable">
/// Pods that may be missing at a time; null where absent, which means 25% for a Deployment, DeploymentConfig or canary Rollout, 20% for a
/// CloneSet, 1 for a StatefulSet or DaemonSet.
/// </param>
/// <param name="MaxSurge">
/// Pods that may be there in addition; null where absent, which means 25% for a Deployment, DeploymentConfig or canary Rollout, else 0.
/// </param>
/// <param name="Partition">
/// Pods that stay as they are: of a StatefulSet those whose ordinal is smaller, of a CloneSet that many; null where absent, which means 0.
/// </param>
public sealed record UpdateStrategy(string Type, IntOrPercent? MaxUnavailable, IntOrPercent? MaxSurge, IntOrPercent? Partition)
{
    /// <summary>Nothing is said.</summary>
    public static readonly UpdateStrategy Absent = new("", null, null, null);
}
