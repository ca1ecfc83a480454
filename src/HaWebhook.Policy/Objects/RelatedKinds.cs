namespace HaWebhook.Policy.Objects;

/// <summary>Kinds of related objects: what a rule may look at beside the object, and what a front has loaded.</summary>
[Flags]
public enum RelatedKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>HorizontalPodAutoscalers and ScaledObjects.</summary>
    Autoscalers = 1,

    /// <summary>PodDisruptionBudgets.</summary>
    DisruptionBudgets = 2,

    /// <summary>PersistentVolumeClaims.</summary>
    Claims = 4,

    /// <summary>Everything that has pods: workloads, DaemonSets, Jobs, Pods and replicated resources.</summary>
    Workloads = 8,

    /// <summary>All of them.</summary>
    All = Autoscalers | DisruptionBudgets | Claims | Workloads,
}
