namespace HaWebhook.Cluster;

/// <content>What it logs.</content>
internal sealed partial class LiveLook
{
    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Warning, "review {Uid} is judged by what was known before, as the cluster could not be asked (untold before it: {Others}): {Error}")]
        public static partial void Failed(ILogger logger, string uid, int others, string error);
    }
}
