using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>
/// Finds what an object that has no pods of its own is about. It is judged with it: what is exempt or switched off there is so here, and what is
/// advised is right for both.
/// </summary>
internal static class JudgedWith
{
    /// <summary>What a Scale or an autoscaler scales; null for other objects, and where it does not exist or is not known.</summary>
    public static KubernetesObject? Of(KubernetesObject subject, RelatedObjects related) => subject switch
    {
        Scale scale => Find(scale.TargetGroup, scale.TargetKind, scale.Metadata.Name, related),
        Autoscaler autoscaler => Find(autoscaler.TargetGroup, autoscaler.TargetKind, autoscaler.TargetName, related),
        _ => null,
    };

    /// <summary>
    /// The same for an object that is deleted; for a disruption budget the only workload whose pods it selects. While there is a budget it must let
    /// pods go whatever they are exempt from.
    /// </summary>
    public static KubernetesObject? OfGone(KubernetesObject gone, RelatedObjects related) => gone is PodDisruptionBudget { Selector: { } selector }
        ? BudgetCoverage.Of(selector, related).Owners is [var only] ? only : null
        : Of(gone, related);

    private static KubernetesObject? Find(string group, string kind, string name, RelatedObjects related) =>
        related.Target is { } target && target.Kind == kind && target.Metadata.Name == name && target.Group == group
            ? target
            : related.Workloads.Find(group, kind, name);
}
