namespace HaWebhook.Policy.Objects;

/// <summary>A DaemonSet: one pod a node, so it has no replica count to judge.</summary>
public sealed record DaemonSet : PodOwner
{
    /// <summary>How an update replaces its pods: <c>updateStrategy</c>.</summary>
    public UpdateStrategy Strategy { get; init; } = UpdateStrategy.Absent;

    /// <inheritdoc/>
    public override string TemplateField => "spec.template";

    /// <inheritdoc/>
    public override bool RunsToCompletion => false;
}
