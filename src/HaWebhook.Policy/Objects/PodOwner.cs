namespace HaWebhook.Policy.Objects;

/// <summary>Anything that says what pods look like: a Pod itself, or an object with a pod template.</summary>
public abstract record PodOwner : KubernetesObject
{
    /// <summary>The pods' metadata and spec; for a Pod its own.</summary>
    public required PodTemplate Template { get; init; }

    /// <summary>The field that holds the pod template, for instance <c>spec.template</c>; empty for a Pod.</summary>
    public abstract string TemplateField { get; }

    /// <summary>Whether the pods end when their work is done, so that nothing has to keep them answering.</summary>
    public abstract bool RunsToCompletion { get; }

    /// <summary>
    /// Whether a killed pod loses nothing: it keeps no data on a claim or on its node. Liveness probes may be guessed
    /// for such pods only: a database that recovers for an hour must not be killed.
    /// </summary>
    public virtual bool IsStateless => Template.Spec.Volumes.All(volume => !volume.HoldsState);

    /// <summary>The field of the pods' spec, for instance <c>spec.template.spec</c>; <c>spec</c> for a Pod.</summary>
    public string PodSpecField => TemplateField.Length == 0 ? "spec" : TemplateField + ".spec";

    /// <summary>Path of a container's field as findings name it: by container name, because an index shifts when one is added.</summary>
    public string ContainerField(Container container, string field) => $"{PodSpecField}.{ListOf(container.Role)}[{container.Name}].{field}";

    /// <summary>An annotation of the object, else of its pod template: many charts let their users set only the latter.</summary>
    public string? Annotation(string name) =>
        Metadata.Annotations.TryGetValue(name, out var own) ? own : Template.Metadata.Annotations.GetValueOrDefault(name);

    private static string ListOf(ContainerRole role) => role switch
    {
        ContainerRole.Init => "initContainers",
        ContainerRole.Ephemeral => "ephemeralContainers",
        _ => "containers",
    };

    internal PodOwner WithPodSpec(PodSpec spec) => this with { Template = Template with { Spec = spec } };
}
