namespace HaWebhook.Serving;

/// <summary>Something without which no review can be answered. All that is registered must be ready before the server is.</summary>
internal interface IReadiness
{
    /// <summary>Why it is not ready, as one line; null once it is. Asked for each review: never waits.</summary>
    string? NotReady { get; }
}
