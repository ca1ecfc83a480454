using HaWebhook.Checking;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing;

/// <summary>All that an audit found: what every report of it is made from. The same input gives the same report, but for its time.</summary>
internal sealed record AuditReport
{
    /// <summary>What was audited.</summary>
    public required AuditSource Source { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Tells the policy from others: 12 hexadecimal digits, or <c>default</c> (<see cref="PolicyOptions.Hash"/>).</summary>
    public required string PolicyHash { get; init; }

    /// <summary>The policy's mode, which caps the action of every finding; a namespace's label or an override may set another there.</summary>
    public required Mode Mode { get; init; }

    /// <summary>The label that tells whose an object is, such as <c>app.kubernetes.io/part-of</c>; it is what <see cref="AuditedObject.Team"/> comes from.</summary>
    public required string TeamLabel { get; init; }

    /// <summary>What could not be read, and what is not known for want of it; empty where the report is whole.</summary>
    public required IReadOnlyList<AuditGap> Gaps { get; init; }

    /// <summary>Every object that is judged or keeps pods running, by namespace, kind and name, with or without findings.</summary>
    public required IReadOnlyList<AuditedObject> Objects { get; init; }

    /// <summary>The nodes, by name: what their loss and their drain take down, and whether they can be drained; empty over manifests.</summary>
    public required IReadOnlyList<NodeSurvival> Nodes { get; init; }

    /// <summary>The zones, by name: what their loss takes down; empty over manifests, and where nodes or their zones are not known.</summary>
    public required IReadOnlyList<ZoneSurvival> Zones { get; init; }

    /// <summary>Workloads that are switched off and so have no survival, as <c>Deployment shop/web</c>, in order.</summary>
    public required IReadOnlyList<string> SwitchedOff { get; init; }

    /// <summary>Exemptions that hold and make a difference, those that end soonest first. Those that do not hold are findings of <c>exemptions</c>.</summary>
    public required IReadOnlyList<AuditedExemption> Exemptions { get; init; }

    /// <summary>What another mode would refuse or warn about; null where that was not asked.</summary>
    public EnforcementPreview? Preview { get; init; }

    /// <summary>Objects and documents that could not be read, and rules that failed.</summary>
    public IReadOnlyList<CheckError> Errors { get; init; } = [];

    /// <summary>Documents of the input that hold no object; empty for a cluster.</summary>
    public IReadOnlyList<SkippedDocument> SkippedDocuments { get; init; } = [];

    /// <summary>The numbers.</summary>
    public required AuditSummary Summary { get; init; }

    /// <summary>Whether something could not be read, so that what is here is not all.</summary>
    public bool IsPartial => Gaps.Count > 0;
}

/// <summary>What was audited.</summary>
/// <param name="IsLiving">Whether it is a cluster, with its pods; else manifests, which have no pods and nodes.</param>
/// <param name="Name">The API server's address, or the files and directories.</param>
/// <param name="Origin">How the cluster was found: the kubeconfig and its context, or <c>in-cluster</c>; empty for manifests.</param>
/// <param name="Version">The version of the API server, such as <c>1.36</c>; empty where it is not known.</param>
/// <param name="Namespaces">The only namespaces that were audited; empty for all.</param>
internal sealed record AuditSource(bool IsLiving, string Name, string Origin, string Version, IReadOnlyList<string> Namespaces);

/// <summary>Something that could not be read. Each text is one line.</summary>
/// <param name="What">What is missing, such as <c>pods</c> or <c>pods in namespace shop</c>.</param>
/// <param name="Reason">Why, as one sentence.</param>
/// <param name="Consequence">What the report cannot say for want of it, as one sentence.</param>
/// <param name="Fix">What to do, as one sentence: for a missing permission the rule of a ClusterRole that grants it.</param>
internal sealed record AuditGap(string What, string Reason, string Consequence, string Fix);
