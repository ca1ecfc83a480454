using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Rules.Cluster;

/// <summary>A rule about what only a living cluster shows, such as where pods really are. Admission cannot know it; an audit does.</summary>
internal interface IClusterRule
{
    /// <summary>What is wrong with how a workload runs; empty where nothing is.</summary>
    IEnumerable<RuleResult> Validate(RunningWorkload subject);
}

/// <summary>A workload as it runs.</summary>
/// <param name="Object">The object that keeps the pods running, without the text that it was read from.</param>
/// <param name="Survival">Where its pods are, and what they survive.</param>
/// <param name="Related">The other objects of its namespace.</param>
/// <param name="Backups">What the cluster backs up.</param>
internal sealed record RunningWorkload(KubernetesObject Object, WorkloadSurvival Survival, RelatedObjects Related, Backups Backups);
