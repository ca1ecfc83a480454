namespace HaWebhook.Policy.Objects;

/// <summary>What a rule may look at beside the object itself: the objects of its namespace that the front knows of.</summary>
public sealed record RelatedObjects
{
    /// <summary>Nothing is known: <c>serve</c> without a cluster.</summary>
    public static readonly RelatedObjects None = new();

    /// <summary>HorizontalPodAutoscalers and ScaledObjects of the namespace.</summary>
    public IReadOnlyList<Autoscaler> Autoscalers { get; init; } = [];

    /// <summary>Claims of the namespace, by name.</summary>
    public IReadOnlyDictionary<string, PersistentVolumeClaim> Claims { get; init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, PersistentVolumeClaim>.Empty;

    /// <summary>The uids of objects that exist, so that an owner reference to one of them is no invention.</summary>
    public IReadOnlySet<string> KnownUids { get; init; } = System.Collections.Frozen.FrozenSet<string>.Empty;

    /// <summary>Labels of the namespace itself; empty where they are not known.</summary>
    public IReadOnlyDictionary<string, string> NamespaceLabels { get; init; } = Metadata.NoStrings;
}
