using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Kubernetes.Caching;

/// <summary>Passes the changes of a cache on. Nothing that goes wrong there stops the cache; it is told, but not for every change.</summary>
/// <param name="resource">What the cache holds.</param>
/// <param name="sink">Is told each change; null for nobody.</param>
/// <param name="clock">Paces the log.</param>
/// <param name="logger">Is told what goes wrong.</param>
internal sealed partial class WatchedChanges<T>(ResourceType resource, IWatchSink<T>? sink, TimeProvider clock, ILogger logger)
    where T : class
{
    private readonly LogPace _unreadable = new(clock);
    private readonly LogPace _sinkFailures = new(clock);

    /// <summary>Tells a change, after it was made.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A sink that fails must not stop the cache.")]
    public void Tell(in CacheChange<T> change)
    {
        try
        {
            sink?.Apply(change);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            if (_sinkFailures.IsDue(out var others))
            {
                Log.SinkFailed(logger, resource, change.Key, others, exception);
            }
        }
    }

    /// <summary>Tells of an object that cannot be read. One that a controller writes every second must not become a line every second.</summary>
    public void TellUnreadable(ObjectKey key, Exception exception)
    {
        if (_unreadable.IsDue(out var others))
        {
            Log.Unreadable(logger, resource, key, others, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(54, LogLevel.Error, "left out {Key} of {Resource}, which cannot be read (untold before it: {Others}): {Error}")]
        public static partial void Unreadable(ILogger logger, ResourceType resource, ObjectKey key, int others, string error);

        [LoggerMessage(55, LogLevel.Error, "a change of {Key} of {Resource} was not taken (untold before it: {Others})")]
        public static partial void SinkFailed(ILogger logger, ResourceType resource, ObjectKey key, int others, Exception exception);
    }
}
