namespace HaWebhook.Policy.Objects;

/// <summary>A Job or a CronJob: its pods end when their work is done.</summary>
public sealed record Job : PodOwner
{
    /// <inheritdoc/>
    public override string TemplateField => Kind == "CronJob" ? "spec.jobTemplate.spec.template" : "spec.template";

    /// <inheritdoc/>
    public override bool RunsToCompletion => true;
}
