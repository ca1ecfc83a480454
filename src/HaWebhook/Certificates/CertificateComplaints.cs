namespace HaWebhook.Certificates;

/// <summary>Says what is wrong when it begins and once a minute, also where problems alternate, and when it is over: not at every look.</summary>
internal sealed partial class CertificateComplaints(TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);

    /// <summary>How many different problems are said in a minute: a text may be another each time.</summary>
    private const int Most = 4;

    private readonly Dictionary<string, long> _saidAt = [];
    private bool _isWrong;

    /// <summary>Something is wrong.</summary>
    /// <param name="problem">What, as one line.</param>
    /// <param name="servesUntil">How long what is shown now lasts; null where nothing is shown.</param>
    public void Say(string problem, DateTimeOffset? servesUntil)
    {
        _isWrong = true;
        foreach (var (text, at) in _saidAt)
        {
            if (clock.GetElapsedTime(at) >= _interval)
            {
                _saidAt.Remove(text);
            }
        }

        if (_saidAt.Count == Most || !_saidAt.TryAdd(problem, clock.GetTimestamp()))
        {
            return;
        }

        if (servesUntil is { } until)
        {
            Log.Wrong(logger, until, problem);
        }
        else
        {
            Log.None(logger, problem);
        }
    }

    /// <summary>Nothing is wrong any more.</summary>
    public void Over()
    {
        if (_isWrong)
        {
            _isWrong = false;
            _saidAt.Clear();
            Log.Over(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(94, LogLevel.Error, "certificates cannot be looked after; the one in use lasts until {NotAfter:u}: {Problem}")]
        public static partial void Wrong(ILogger logger, DateTimeOffset notAfter, string problem);

        [LoggerMessage(95, LogLevel.Error, "there is no certificate to serve with yet: {Problem}")]
        public static partial void None(ILogger logger, string problem);

        [LoggerMessage(96, LogLevel.Information, "certificates are looked after again")]
        public static partial void Over(ILogger logger);
    }
}
