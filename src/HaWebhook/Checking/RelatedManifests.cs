using HaWebhook.Policy.Objects;

namespace HaWebhook.Checking;

/// <summary>The objects of a run, by namespace, as each other's related objects.</summary>
internal sealed class RelatedManifests
{
    private readonly Dictionary<string, RelatedObjects> _byNamespace = new(StringComparer.Ordinal);

    public RelatedManifests(IEnumerable<(string Namespace, KubernetesObject? Subject)> objects)
    {
        foreach (var group in objects.Where(entry => entry.Subject is not null).GroupBy(entry => entry.Namespace, entry => entry.Subject!, StringComparer.Ordinal))
        {
            var members = group.ToList();
            var claims = new Dictionary<string, PersistentVolumeClaim>(StringComparer.Ordinal);
            foreach (var claim in members.OfType<PersistentVolumeClaim>())
            {
                claims[claim.Metadata.Name] = claim;
            }

            _byNamespace.Add(group.Key, new RelatedObjects
            {
                Autoscalers = [.. members.OfType<Autoscaler>()],
                Claims = claims,
                KnownUids = members.Select(member => member.Metadata.Uid).Where(uid => uid.Length > 0).ToHashSet(StringComparer.Ordinal),
                NamespaceLabels = members.OfType<NamespaceObject>().LastOrDefault()?.Metadata.Labels ?? RelatedObjects.None.NamespaceLabels,
            });
        }
    }

    /// <summary>What stands around an object of this namespace.</summary>
    public RelatedObjects Around(string @namespace) => _byNamespace.GetValueOrDefault(@namespace, RelatedObjects.None);
}
