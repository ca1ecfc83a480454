namespace HaWebhook.Policy.Objects;

/// <summary>The fewest pods that a workload runs with when nothing is wrong, and the field that says so.</summary>
/// <param name="Count">The count.</param>
/// <param name="Field">The field that decides it; of another object, with that object's kind and name before it.</param>
/// <param name="Autoscaler">The autoscaler that decides it; null where the workload's own field does.</param>
public sealed record EffectiveReplicas(int Count, string Field, Autoscaler? Autoscaler)
{
    /// <summary>
    /// 0 where the workload is switched off (an autoscaler then pauses); else the floor of the autoscaler that scales it;
    /// else <c>spec.replicas</c>. Of several autoscalers, a mistake that Kubernetes permits, the lowest floor counts, and of equal ones the
    /// first by name.
    /// </summary>
    public static EffectiveReplicas Of(Workload workload, RelatedObjects related) =>
        Of(workload.Group, workload.Kind, workload.Metadata.Name, workload.DeclaredReplicas, related);

    /// <summary>The same for a scale, which names its workload only in the request.</summary>
    public static EffectiveReplicas Of(Scale scale, RelatedObjects related) =>
        Of(scale.TargetGroup, scale.TargetKind, scale.Metadata.Name, scale.Replicas, related);

    /// <summary>The same once an autoscaler of the workload is as it is given here, whatever is known of it.</summary>
    public static EffectiveReplicas With(Workload workload, RelatedObjects related, Autoscaler changed)
    {
        var others = Without(workload, related, changed);
        return workload.DeclaredReplicas == 0 || changed.IsOwnedByScaledObject || others.Autoscaler?.Floor <= changed.Floor ? others : Of(changed);
    }

    /// <summary>The same once an autoscaler of the workload is gone.</summary>
    public static EffectiveReplicas Without(Workload workload, RelatedObjects related, Autoscaler gone) =>
        Of(workload.Group, workload.Kind, workload.Metadata.Name, workload.DeclaredReplicas, related, gone);

    private static EffectiveReplicas Of(string group, string kind, string name, int declared, RelatedObjects related, Autoscaler? without = null)
    {
        Autoscaler? lowest = null;
        if (declared != 0)
        {
            foreach (var autoscaler in related.Autoscalers.Of(group, kind, name))
            {
                var isLeftOut = without is not null && autoscaler.Kind == without.Kind && autoscaler.Metadata.Name == without.Metadata.Name;
                if (!isLeftOut && !autoscaler.IsOwnedByScaledObject && (lowest is null || autoscaler.Floor < lowest.Floor))
                {
                    lowest = autoscaler;
                }
            }
        }

        return lowest is null
            ? new(declared, "spec.replicas", null)
            : Of(lowest);
    }

    private static EffectiveReplicas Of(Autoscaler autoscaler) =>
        new(autoscaler.Floor, $"{autoscaler.Kind}/{autoscaler.Metadata.Name} {autoscaler.FloorField}", autoscaler);
}
