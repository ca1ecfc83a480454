using HaWebhook.Policy.Objects;

namespace HaWebhook.Checking;

/// <summary>The objects of a run, by namespace, as each other's related objects. The run is all there is, so every kind counts as loaded.</summary>
internal sealed class RelatedManifests
{
    private static readonly RelatedObjects _nothing = Of([]);

    private readonly Dictionary<string, RelatedObjects> _byNamespace = new(StringComparer.Ordinal);

    public RelatedManifests(IEnumerable<(string Namespace, KubernetesObject? Subject)> objects)
    {
        foreach (var group in objects.Where(entry => entry.Subject is not null).GroupBy(entry => entry.Namespace, entry => entry.Subject!, StringComparer.Ordinal))
        {
            _byNamespace.Add(group.Key, Of([.. group]));
        }
    }

    /// <summary>What stands around an object of this namespace.</summary>
    public RelatedObjects Around(string @namespace) => _byNamespace.GetValueOrDefault(@namespace, _nothing);

    private static RelatedObjects Of(List<KubernetesObject> members)
    {
        var claims = new Dictionary<string, PersistentVolumeClaim>(StringComparer.Ordinal);
        foreach (var claim in members.OfType<PersistentVolumeClaim>())
        {
            claims[claim.Metadata.Name] = claim;
        }

        return new()
        {
            Autoscalers = new([.. members.OfType<Autoscaler>()]),
            DisruptionBudgets = new([.. members.OfType<PodDisruptionBudget>()]),
            Claims = claims,
            Workloads = new([.. members.OfType<PodOwner>()], [.. members.OfType<ReplicatedResource>()]),
            IsKnownUid = members.Select(member => member.Metadata.Uid).Where(uid => uid.Length > 0).ToHashSet(StringComparer.Ordinal).Contains,
            NamespaceLabels = members.OfType<NamespaceObject>().LastOrDefault() is { } @namespace ? LabelsOf(@namespace) : RelatedObjects.None.NamespaceLabels,
        };
    }

    /// <summary>With the one that the API server adds.</summary>
    private static Dictionary<string, string> LabelsOf(NamespaceObject @namespace) =>
        new(@namespace.Metadata.Labels, StringComparer.Ordinal) { [NamespaceObject.NameLabel] = @namespace.Metadata.Name };
}
