namespace HaWebhook.Kubernetes.Caching;

/// <summary>Is told every change of a cache, once and in order, by one caller at a time; so that it can keep indexes of its own.</summary>
/// <typeparam name="T">What is kept of an object.</typeparam>
public interface IWatchSink<T>
    where T : class
{
    /// <summary>
    /// Takes a change. The cache holds it already. It must be quick, and must not throw: what it throws is logged, and the change counts as
    /// taken.
    /// </summary>
    /// <param name="change">The change.</param>
    void Apply(in CacheChange<T> change);
}
