namespace HaWebhook.Cluster;

/// <content>What is logged.</content>
internal sealed partial class ClusterCaches
{
    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Information, "ready: Kubernetes {Version}, {Objects} objects of {Kinds} kinds are known")]
        public static partial void Ready(ILogger logger, string version, int objects, int kinds);

        [LoggerMessage(51, LogLevel.Warning, "not ready: {Reason}")]
        public static partial void NotReady(ILogger logger, string reason);

        [LoggerMessage(52, LogLevel.Warning, "{Resource} cannot be looked at, and rules that need them do without: {Error}")]
        public static partial void Missing(ILogger logger, string resource, string error);

        [LoggerMessage(53, LogLevel.Warning, "{Resources} are as they were at {Since:u}, and that is what is gone by: {Error}")]
        public static partial void Stale(ILogger logger, string resources, DateTime since, string error);

        [LoggerMessage(56, LogLevel.Warning, "the API server does not say which kinds it serves, and those that it named before are what is gone by: {Error}")]
        public static partial void Undiscovered(ILogger logger, string error);

        [LoggerMessage(57, LogLevel.Error, "looking after the caches failed; what is known stays")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
