namespace HaWebhook.Policy.Objects;

/// <summary>A Pod of a living cluster: where it is, whose it is, and whether it serves. What it is made of its owner's template tells.</summary>
public sealed record RunningPod
{
    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its labels; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = Metadata.NoStrings;

    /// <summary>The owner that manages it; null for a pod that nothing makes again.</summary>
    public OwnerReference? Controller { get; init; }

    /// <summary><c>spec.nodeName</c>; empty before the scheduler chose.</summary>
    public string NodeName { get; init; } = "";

    /// <summary><c>status.phase</c>; absent means <c>Pending</c>.</summary>
    public PodPhase Phase { get; init; }

    /// <summary>Whether its condition <c>Ready</c> is true; without that condition it is not.</summary>
    public bool IsReady { get; init; }

    /// <summary>Whether it has a <c>deletionTimestamp</c>: it is on its way out.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>Whether the kubelet made it to show a static pod of its node.</summary>
    public bool IsMirror { get; init; }

    /// <summary>Whether it ends when its work is done (<c>restartPolicy</c> <c>Never</c> or <c>OnFailure</c>).</summary>
    public bool RunsToCompletion { get; init; }

    /// <summary>Whether its work is done, or failed for good.</summary>
    public bool HasEnded => Phase is PodPhase.Succeeded or PodPhase.Failed;

    /// <summary>Whether disruption budgets count it as healthy, and Services send it traffic: it is ready and not on its way out.</summary>
    public bool IsHealthy => IsReady && !IsTerminating && !HasEnded;
}

/// <summary>Where a pod is in its life (<c>status.phase</c>).</summary>
public enum PodPhase
{
    /// <summary>It does not run yet, or that is not known.</summary>
    Pending,

    /// <summary>It runs, ready or not.</summary>
    Running,

    /// <summary>All its containers ended well.</summary>
    Succeeded,

    /// <summary>All its containers ended, and one of them badly.</summary>
    Failed,

    /// <summary>Its node does not say.</summary>
    Unknown,
}
