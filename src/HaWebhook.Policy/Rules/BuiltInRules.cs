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

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RuleDefinition> All { get; } = [.. Validating, .. Mutating];

    /// <summary>The rule of this id; null where there is none.</summary>
    public static RuleDefinition? Find(string id) => All.FirstOrDefault(rule => rule.Id == id);
}
