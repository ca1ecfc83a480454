using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing.Reports;

/// <summary>The words that reports share for what they tell.</summary>
internal static class AuditWords
{
    /// <summary>Every failure, from what is sure to happen to what may, with what it is called in a sentence and in a column.</summary>
    public static IReadOnlyList<(Failure Failure, string Name, string Short)> Failures { get; } =
    [
        (Failure.Rollout, "its own rollout", "rollout"),
        (Failure.Drain, "the drain of any node", "drain"),
        (Failure.NodeLoss, "the loss of any node", "node"),
        (Failure.ZoneLoss, "the loss of any zone", "zone"),
    ];

    /// <summary>What an outcome is called.</summary>
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Survives => "survives",
        Outcome.Degraded => "degraded",
        Outcome.Unknown => "unknown",
        _ => "down",
    };

    /// <summary>What the state of a drain is called.</summary>
    public static string Of(DrainState state) => state switch
    {
        DrainState.Free => "free",
        DrainState.InTurns => "in turns",
        DrainState.Waits => "waits",
        DrainState.NeedsForce => "needs --force",
        _ => "blocked",
    };

    /// <summary>A workload in a list.</summary>
    public static string TitleOf(WorkloadSurvival workload) => $"{workload.Kind} {workload.Namespace}/{workload.Name}";

    /// <summary>What was audited, in one line.</summary>
    public static string Of(AuditSource source)
    {
        var what = source.IsLiving
            ? $"Cluster {source.Name}{(source.Origin.Length > 0 ? $" ({source.Origin})" : "")}{(source.Version.Length > 0 ? $", Kubernetes {source.Version}" : "")}"
            : $"Manifests in {source.Name}";
        return source.Namespaces.Count == 0 ? what : $"{what}, only namespace{(source.Namespaces.Count == 1 ? "" : "s")} {string.Join(", ", source.Namespaces)}";
    }
}
