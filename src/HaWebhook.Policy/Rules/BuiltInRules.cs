using HaWebhook.Policy.Rules.Background;
using HaWebhook.Policy.Rules.Mutating;
using HaWebhook.Policy.Rules.Validating;

namespace HaWebhook.Policy.Rules;

/// <summary>Every rule there is, in the order in which findings are told.</summary>
public static class BuiltInRules
{
    /// <summary>The rules that judge.</summary>
    public static IReadOnlyList<ValidatingRuleDefinition> Validating { get; } =
    [
        MinimumReplicas.Definition,
        ManagedPods.Definition,
        ReadinessProbe.Definition,
        LivenessProbe.Definition,
        ProbeSettings.Definition,
        TopologySpread.Definition,
        RollingUpdate.Definition,
        PodDisruptionBudget.Definition,
        DisruptionBudgetSettings.Definition,
        AutoscalerBounds.Definition,
        HorizontalPodAutoscaler.Definition,
        Quorum.Definition,
        PersistentData.Definition,
        SharedVolumes.Definition,
        NodePinning.Definition,
        ImageTag.Definition,
        GracefulTermination.Definition,
        PriorityClass.Definition,
    ];

    /// <summary>The rules that fill in, in the order in which they run.</summary>
    public static IReadOnlyList<MutatingRuleDefinition> Mutating { get; } =
    [
        DefaultProbes.Definition,
        DefaultTopologySpread.Definition,
    ];

    /// <summary>The rules that keep objects of their own in the cluster.</summary>
    public static IReadOnlyList<BackgroundRuleDefinition> Background { get; } = [DefaultDisruptionBudget.Definition];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RuleDefinition> All { get; } = [.. Validating, .. Mutating, .. Background];

    /// <summary>The rule of this id; null where there is none.</summary>
    public static RuleDefinition? Find(string id) => All.FirstOrDefault(rule => rule.Id == id);
}
