namespace HaWebhook.Policy.Objects;

/// <summary>A DaemonSet: one pod a node, so it has no replica count to judge.</summary>
public sealed record DaemonSet : PodOwner
{
    /// <inheritdoc/>
    public override string TemplateField => "spec.template";

    /// <inheritdoc/>
    public override bool RunsToCompletion => false;
}
