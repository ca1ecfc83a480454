namespace HaWebhook.Policy.Objects;

/// <summary>What <c>kubectl scale</c> and autoscalers write: the replica count of a workload, and nothing else of it.</summary>
public sealed record Scale : KubernetesObject
{
    /// <summary>The replicas asked for. Absent means 0: the API server leaves the field out of a scale to zero.</summary>
    public int Replicas { get; init; }

    /// <summary>Group of the workload that is scaled, from the request; empty for the core group.</summary>
    public string TargetGroup { get; init; } = "";

    /// <summary>Kind of the workload that is scaled; where the resource is not in a table, the resource (<c>clusters</c>).</summary>
    public string TargetKind { get; init; } = "";
}
