using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>
/// Makes of an object what rules read of it when it is related to another. It holds on to none of the bytes that the object was read from, so that a
/// cache of a whole cluster stays small.
/// </summary>
internal static class ReducedObject
{
    public static KubernetesObject Of(KubernetesObject whole, SharedStrings strings)
    {
        var reduced = Reduce(whole, strings);
        return reduced with
        {
            ApiVersion = strings.Of(whole.ApiVersion),
            Kind = strings.Of(whole.Kind),
            Bytes = default,
            SpecBytes = default,
            MajorityMinimum = whole is Workload or ReplicatedResource ? QuorumMinimum.Of(whole, RelatedObjects.None) : null,
        };
    }

    private static KubernetesObject Reduce(KubernetesObject whole, SharedStrings strings)
    {
        switch (whole)
        {
            case Workload workload:
                var template = TemplateOf(workload.Template, strings);
                return workload with
                {
                    Metadata = WithoutLabels(workload.Metadata, strings),
                    Template = template,
                    Selector = SelectorOf(workload.Selector, template.Metadata.Labels, strings),
                    Strategy = UpdateStrategy.Absent,
                    ClaimTemplates = workload.HasClaimTemplates
                        ? [.. workload.ClaimTemplates.Select(claim => new ClaimTemplate(strings.Of(claim.Name), []))]
                        : [],
                };
            case DaemonSet daemonSet:
                return daemonSet with
                {
                    Metadata = WithoutLabels(daemonSet.Metadata, strings),
                    Template = TemplateOf(daemonSet.Template, strings),
                    Strategy = UpdateStrategy.Absent,
                };
            case Pod pod:
                var metadata = MetadataOf(pod.Metadata, strings);
                return pod with { Metadata = metadata, Template = TemplateOf(pod, metadata, strings) };
            case PodOwner owner:
                return owner with { Metadata = WithoutLabels(owner.Metadata, strings), Template = TemplateOf(owner.Template, strings) };
            case Autoscaler autoscaler:
                return autoscaler with
                {
                    Metadata = WithoutLabels(autoscaler.Metadata, strings),
                    TargetGroup = strings.Of(autoscaler.TargetGroup),
                    TargetKind = strings.Of(autoscaler.TargetKind),
                    TargetName = strings.Of(autoscaler.TargetName),
                };
            case PodDisruptionBudget budget:
                return budget with
                {
                    Metadata = WithoutLabels(budget.Metadata, strings),
                    Selector = SelectorOf(budget.Selector, Metadata.NoStrings, strings),
                    UnhealthyPodEvictionPolicy = strings.Of(budget.UnhealthyPodEvictionPolicy),
                };
            case PersistentVolumeClaim claim:
                return claim with { Metadata = WithoutLabels(claim.Metadata, strings), AccessModes = strings.Of(claim.AccessModes) };
            case ReplicatedResource resource:
                return resource with { Metadata = MetadataOf(resource.Metadata, strings), Roles = strings.Of(resource.Roles) };
            default:
                return whole with { Metadata = MetadataOf(whole.Metadata, strings) };
        }
    }

    private static Metadata WithoutLabels(Metadata metadata, SharedStrings strings) => MetadataOf(metadata with { Labels = Metadata.NoStrings }, strings);

    private static Metadata MetadataOf(Metadata metadata, SharedStrings strings) => metadata with
    {
        Name = strings.Of(metadata.Name),
        Namespace = strings.Of(metadata.Namespace),
        Labels = strings.Of(metadata.Labels),
        Annotations = strings.Of(metadata.Annotations),
        Owners = metadata.Owners.Count == 0
            ? []
            : [.. metadata.Owners.Select(owner => OwnerOf(owner, strings))],
    };

    private static OwnerReference OwnerOf(OwnerReference owner, SharedStrings strings) =>
        owner with { ApiVersion = strings.Of(owner.ApiVersion), Kind = strings.Of(owner.Kind), Name = strings.Of(owner.Name) };

    /// <summary>The pods' labels and annotations, and the claims that they mount.</summary>
    private static PodTemplate TemplateOf(PodTemplate template, SharedStrings strings)
    {
        var metadata = template.Metadata == Metadata.Empty ? Metadata.Empty : MetadataOf(template.Metadata, strings);
        var claims = template.Spec.Volumes.Where(volume => volume.ClaimName.Length > 0).ToArray();
        return new(metadata, claims.Length == 0 ? PodSpec.Empty : PodSpec.Empty with { Volumes = claims });
    }

    /// <summary>For a Pod also whether it ends by itself.</summary>
    private static PodTemplate TemplateOf(Pod pod, Metadata metadata, SharedStrings strings)
    {
        var template = TemplateOf(pod.Template, strings) with { Metadata = metadata };
        return pod.RunsToCompletion ? template with { Spec = template.Spec with { RestartPolicy = "Never" } } : template;
    }

    /// <param name="selector">The selector.</param>
    /// <param name="labels">Labels that a selector's own mostly are equal to, and that then stand for them.</param>
    /// <param name="strings">The strings that are shared.</param>
    private static LabelSelector? SelectorOf(LabelSelector? selector, IReadOnlyDictionary<string, string> labels, SharedStrings strings)
    {
        if (selector is null)
        {
            return null;
        }

        var isOfTheseLabels = selector.MatchExpressions is null && selector.MatchLabels?.Count == labels.Count && selector.Matches(labels);
        return new(
            isOfTheseLabels ? labels : selector.MatchLabels is null ? null : strings.Of(selector.MatchLabels),
            selector.MatchExpressions?.Select(each => RequirementOf(each, strings)).ToArray());
    }

    private static LabelSelectorRequirement RequirementOf(LabelSelectorRequirement requirement, SharedStrings strings) =>
        new(strings.Of(requirement.Key), strings.Of(requirement.Operator), requirement.Values is null ? null : strings.Of(requirement.Values));
}
