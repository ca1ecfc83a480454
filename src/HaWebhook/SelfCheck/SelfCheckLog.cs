using HaWebhook.Certificates;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.SelfCheck;

/// <summary>Tells in the log what comes of self-checks: each change once, a failure that lasts again and again, and its end.</summary>
internal sealed partial class SelfCheckLog(ServiceIdentity identity, TimeProvider clock, ILogger<SelfCheckLog> logger)
{
    /// <summary>How often a failure that lasts is told.</summary>
    private static readonly TimeSpan _tellInterval = TimeSpan.FromMinutes(10);

    private SelfCheckResult? _last;
    private DateTimeOffset _failingSince;
    private long _toldAt;

    /// <summary>Takes in what came of a check.</summary>
    public void Checked(SelfCheckResult result)
    {
        if (result.IsSuccess && _last is null)
        {
            Log.Succeeded(logger, identity.Namespace, identity.Service);
        }
        else if (result.IsSuccess && !_last!.IsSuccess)
        {
            Log.Recovered(logger, _failingSince.UtcDateTime);
        }
        else if (!result.IsSuccess)
        {
            TellFailure(result);
        }

        _last = result;
    }

    private void TellFailure(SelfCheckResult result)
    {
        if (_last is null or { IsSuccess: true })
        {
            _failingSince = clock.GetUtcNow();
        }

        if (result == _last && clock.GetElapsedTime(_toldAt) < _tellInterval)
        {
            return;
        }

        _toldAt = clock.GetTimestamp();
        Log.Failed(logger, _failingSince.UtcDateTime, result.Name, SingleLine.Of(result.Reason));
    }

    private static partial class Log
    {
        [LoggerMessage(100, LogLevel.Information, "self-check succeeded: the API server reaches Service {Namespace}/{Service} and trusts its certificate")]
        public static partial void Succeeded(ILogger logger, string @namespace, string service);

        [LoggerMessage(101, LogLevel.Error, "self-check fails since {Since:u} ({Result}): {Reason}")]
        public static partial void Failed(ILogger logger, DateTime since, string result, string reason);

        [LoggerMessage(102, LogLevel.Information, "self-check succeeds again; it had failed since {Since:u}")]
        public static partial void Recovered(ILogger logger, DateTime since);
    }
}
