using HaWebhook.Kubernetes;

namespace HaWebhook.Certificates;

/// <summary>Tells what time it is, here and at the API server, and complains when the two are far apart.</summary>
internal sealed partial class ClusterClock(KubernetesClient client, TimeProvider clock, ILogger<ClusterClock> logger)
{
    /// <summary>Further apart than that, and somebody should set a clock. Certificates are made to bear a day.</summary>
    private static readonly TimeSpan _complaint = TimeSpan.FromMinutes(5);

    private bool _isApart;

    public Moment Now
    {
        get
        {
            var here = clock.GetUtcNow();
            return new(here, client.ServerTime ?? here);
        }
    }

    /// <summary>Says it when the clocks have come apart, once, and when that is over.</summary>
    public void Compare()
    {
        var now = Now;
        if (now.Skew > _complaint != _isApart)
        {
            _isApart = !_isApart;
            if (_isApart)
            {
                Log.Apart(logger, now.Skew, now.Here, now.AtServer);
            }
            else
            {
                Log.Together(logger);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            97, LogLevel.Warning, "this machine's clock and the API server's are {Skew} apart: it is {Here:u} here and {AtServer:u} there; one of them has to be set")]
        public static partial void Apart(ILogger logger, TimeSpan skew, DateTimeOffset here, DateTimeOffset atServer);

        [LoggerMessage(98, LogLevel.Information, "this machine's clock and the API server's agree again")]
        public static partial void Together(ILogger logger);
    }
}
