namespace HaWebhook.Policy.Objects;

/// <summary>The annotations and labels by which authors and operators speak to HaWebhook, and the one of Kubernetes that it reads.</summary>
public static class HaAnnotations
{
    /// <summary>The domain of every annotation and label of HaWebhook, with its slash.</summary>
    public const string Domain = "ha-webhook.io/";

    /// <summary>Rules that an object is exempt from: ids separated by commas, or <c>all</c>.</summary>
    public const string Exempt = Domain + "exempt";

    /// <summary>Why; an exemption without a reason does not exempt.</summary>
    public const string ExemptReason = Domain + "exempt-reason";

    /// <summary>The last day on which the exemption holds, as <c>2027-01-31</c> (UTC).</summary>
    public const string ExemptUntil = Domain + "exempt-until";

    /// <summary><c>"true"</c> says that an autoscaler for this workload is on its way.</summary>
    public const string Autoscaled = Domain + "autoscaled";

    /// <summary>
    /// The quorum system that an object runs, by the name of <see cref="QuorumSystem.Id"/>; <c>"true"</c> for one without a name here,
    /// <c>none</c> where its image deceives.
    /// </summary>
    public const string Quorum = Domain + "quorum";

    /// <summary>HTTP path that answers while the process is healthy, for instance <c>/health</c>.</summary>
    public const string HealthPath = Domain + "health-path";

    /// <summary>HTTP path that answers while the pod can serve; the health path where absent.</summary>
    public const string ReadyPath = Domain + "ready-path";

    /// <summary>Namespace label that overrides the policy's mode as far as the policy allows.</summary>
    public const string ModeLabel = Domain + "mode";

    /// <summary>On a PodDisruptionBudget that HaWebhook made: the uid of the workload whose author brought none.</summary>
    public const string DefaultBudgetLabel = Domain + "default-budget-of";

    /// <summary>Set by the kubelet on the mirror of a static pod.</summary>
    public const string MirrorPod = "kubernetes.io/config.mirror";
}
