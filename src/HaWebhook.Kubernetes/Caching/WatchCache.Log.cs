using Microsoft.Extensions.Logging;

namespace HaWebhook.Kubernetes.Caching;

/// <content>What is logged.</content>
public sealed partial class WatchCache<T>
{
    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Information, "{Count} {Resource} known")]
        public static partial void Synced(ILogger logger, ResourceType resource, int count);

        [LoggerMessage(51, LogLevel.Information, "{Resource} are not served; looking again from time to time")]
        public static partial void NotServed(ILogger logger, ResourceType resource);

        [LoggerMessage(52, LogLevel.Warning, "cut off from {Resource}, going on with what is known: {Error}")]
        public static partial void Failed(ILogger logger, ResourceType resource, string error);

        [LoggerMessage(53, LogLevel.Information, "watching {Resource} again, {Count} known")]
        public static partial void Recovered(ILogger logger, ResourceType resource, int count);

        [LoggerMessage(54, LogLevel.Error, "left out {Key} of {Resource}, which cannot be read (untold before it: {Others}): {Error}")]
        public static partial void Unreadable(ILogger logger, ResourceType resource, ObjectKey key, int others, string error);

        [LoggerMessage(55, LogLevel.Error, "a change of {Key} of {Resource} was not taken (untold before it: {Others})")]
        public static partial void SinkFailed(ILogger logger, ResourceType resource, ObjectKey key, int others, Exception exception);
    }
}
