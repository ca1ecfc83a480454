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
    }
}
