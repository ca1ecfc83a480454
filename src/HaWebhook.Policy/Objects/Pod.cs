namespace HaWebhook.Policy.Objects;

/// <summary>A Pod. Its template is the Pod itself.</summary>
public sealed record Pod : PodOwner
{
    /// <inheritdoc/>
    public override string TemplateField => "";

    /// <inheritdoc/>
    public override bool RunsToCompletion =>
        Template.Spec.RestartPolicy is "Never" or "OnFailure" && !Template.Spec.Containers.Any(container => container.RestartPolicy == "Always");

    /// <summary>Whether the kubelet made it to show a static pod of its node.</summary>
    public bool IsMirror => Metadata.Annotations.ContainsKey(HaAnnotations.MirrorPod);

    /// <inheritdoc/>
    public override bool IsStateless => Metadata.Controller?.Kind != "StatefulSet" && base.IsStateless;
}
