using HaWebhook.Kubernetes.Caching;

namespace HaWebhook.Cluster;

/// <summary>Hands the changes of one kind on to its namespaces.</summary>
internal sealed class KindSink(ClusterKind kind, ClusterObjects objects) : IWatchSink<KeptObject>
{
    public void Apply(in CacheChange<KeptObject> change)
    {
        if (kind == ClusterKind.Namespaces)
        {
            objects.SetLabels(change.Key.Name, change.New?.Subject?.Metadata.Labels);
        }
        else
        {
            objects.Set(kind, change.Key.Namespace, change.Key.Name, change.New);
        }
    }
}
