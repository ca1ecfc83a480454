namespace HaWebhook.Kubernetes.Caching;

/// <summary>The name of an object among those of its kind.</summary>
/// <param name="Namespace">Its namespace; empty for kinds that have none.</param>
/// <param name="Name">Its name.</param>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <summary>The namespace and name as kubectl writes them.</summary>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
