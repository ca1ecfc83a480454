namespace HaWebhook.Policy.Objects;

/// <summary>
/// An object with <c>spec.replicas</c>, <c>spec.selector</c> and <c>spec.template</c>: Deployment, StatefulSet, ReplicaSet,
/// ReplicationController, and the custom kinds that the policy's <c>workloads</c> lists.
/// </summary>
public sealed record Workload : PodOwner
{
    /// <summary><c>spec.replicas</c> as it was given; null where it was left out. See <see cref="DeclaredReplicas"/>.</summary>
    public int? Replicas { get; init; }

    /// <summary>What the absence of <c>spec.replicas</c> means: 1, as the API server defaults it, unless the policy says otherwise of a custom kind.</summary>
    public int AbsentReplicas { get; init; } = 1;

    /// <summary>The replicas that the object itself asks for.</summary>
    public int DeclaredReplicas => Replicas ?? AbsentReplicas;

    /// <summary><c>spec.selector</c>; null where absent.</summary>
    public LabelSelector? Selector { get; init; }

    /// <summary>What selects its pods: its selector; where that is absent or empty, all labels of its template.</summary>
    internal LabelSelector PodSelector => Selector is { IsEmpty: false } own ? own : new(Template.Metadata.Labels);

    /// <summary>
    /// Its selector, by which its pods can be counted through all revisions: unlike the labels of its template, which may tell a version, it cannot
    /// change. Null where it does not tell the workload's own pods from all others.
    /// </summary>
    internal LabelSelector? LastingSelector => Selector is { IsEmpty: false } own && own.Matches(Template.Metadata.Labels) ? own : null;

    /// <summary>How an update replaces its pods: <c>strategy</c>, of a StatefulSet or CloneSet <c>updateStrategy</c>.</summary>
    public UpdateStrategy Strategy { get; init; } = UpdateStrategy.Absent;

    /// <summary>The claims that each pod gets of its own (<c>volumeClaimTemplates</c>); empty where absent.</summary>
    public IReadOnlyList<ClaimTemplate> ClaimTemplates { get; init; } = [];

    /// <summary>Whether each pod gets claims of its own.</summary>
    public bool HasClaimTemplates => ClaimTemplates.Count > 0;

    /// <summary>The labels that its pods will carry: those of the template, and for a Deployment the hash that Kubernetes adds.</summary>
    public IReadOnlyDictionary<string, string> PodLabels => Kind != "Deployment" || Template.Metadata.Labels.ContainsKey(WellKnownLabels.PodTemplateHash)
        ? Template.Metadata.Labels
        : new Dictionary<string, string>(Template.Metadata.Labels, StringComparer.Ordinal) { [WellKnownLabels.PodTemplateHash] = "" };

    /// <inheritdoc/>
    public override string TemplateField => "spec.template";

    /// <inheritdoc/>
    public override bool RunsToCompletion => false;

    /// <inheritdoc/>
    public override bool IsStateless => Kind != "StatefulSet" && !HasClaimTemplates && base.IsStateless;
}
