namespace HaWebhook.Serving;

/// <summary>Whether the server as a whole can answer reviews.</summary>
internal sealed class Readiness(IEnumerable<IReadiness> parts)
{
    private readonly IReadiness[] _parts = [.. parts];

    /// <summary>Why no review can be answered yet, as one line; null where it can.</summary>
    public string? NotReady
    {
        get
        {
            foreach (var part in _parts)
            {
                if (part.NotReady is { } reason)
                {
                    return reason;
                }
            }

            return null;
        }
    }
}
