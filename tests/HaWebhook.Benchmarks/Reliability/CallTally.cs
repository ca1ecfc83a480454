using HaWebhook.ApiServer;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>What became of the writes of a load, and of the calls of webhooks that they led to. Any thread may count.</summary>
internal sealed class CallTally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly LatencyHistogram _latencies = new();
    private Counts _counts = new();

    /// <summary>The counts so far.</summary>
    public Counts Now
    {
        get
        {
            lock (_lock)
            {
                return _counts;
            }
        }
    }

    /// <summary>Why calls failed, and how many of each.</summary>
    public IReadOnlyDictionary<string, int> Reasons
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, int>(_reasons);
            }
        }
    }

    /// <summary>How long calls took, in milliseconds: the share of them that took no longer.</summary>
    public double Milliseconds(double share)
    {
        lock (_lock)
        {
            return _latencies.Percentile(share) / 1000;
        }
    }

    /// <summary>Counts a call of a webhook.</summary>
    public void Called(WebhookCall call)
    {
        lock (_lock)
        {
            _latencies.Record(call.Took);
            _counts = _counts with
            {
                Calls = _counts.Calls + 1,
                FailedCalls = _counts.FailedCalls + (call.Failure is null ? 0 : 1),
                AskedAgain = _counts.AskedAgain + (call.Attempts > 1 ? 1 : 0),
                Longest = call.Took > _counts.Longest ? call.Took : _counts.Longest,
            };
            if (call.Failure is not null)
            {
                // What comes after the address is the reason; before it all calls say the same.
                var reason = call.Failure[(call.Failure.LastIndexOf("\": ", StringComparison.Ordinal) is var end and >= 0 ? end + 3 : 0)..];
                _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
            }
        }
    }

    /// <summary>Counts a write.</summary>
    /// <param name="status">The API server's answer.</param>
    /// <param name="expected">The right one.</param>
    public void Wrote(int status, int expected)
    {
        lock (_lock)
        {
            _counts = _counts with
            {
                Writes = _counts.Writes + 1,
                FailedWrites = _counts.FailedWrites + (status is 201 or 403 ? 0 : 1),
                WrongVerdicts = _counts.WrongVerdicts + (status is 201 or 403 && status != expected ? 1 : 0),
            };
        }
    }

    /// <summary>Counts a write that was due and was not sent, since too many were under way.</summary>
    public void Withheld()
    {
        lock (_lock)
        {
            _counts = _counts with { NotSent = _counts.NotSent + 1 };
        }
    }

    /// <param name="Writes">Writes that were answered.</param>
    /// <param name="FailedWrites">Of those: neither admitted nor denied.</param>
    /// <param name="WrongVerdicts">Of those: admitted though it breaks the policy, or denied though it does not.</param>
    /// <param name="Calls">Calls of webhooks, each with whatever it was asked again.</param>
    /// <param name="FailedCalls">Of those: without an answer of use.</param>
    /// <param name="AskedAgain">Of those: sent away with a Retry-After, and asked again.</param>
    /// <param name="Longest">How long the longest call took.</param>
    /// <param name="NotSent">Writes that were due and not sent.</param>
    internal sealed record Counts(
        long Writes = 0, long FailedWrites = 0, long WrongVerdicts = 0, long Calls = 0, long FailedCalls = 0, long AskedAgain = 0, TimeSpan Longest = default,
        long NotSent = 0);
}
