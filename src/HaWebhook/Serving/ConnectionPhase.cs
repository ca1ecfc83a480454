namespace HaWebhook.Serving;

/// <summary>What goes on on a connection to the webhooks.</summary>
internal enum ConnectionPhase
{
    /// <summary>Nothing: no review has begun to arrive since the last one was answered.</summary>
    Idle,

    /// <summary>A review arrives.</summary>
    Reading,

    /// <summary>A review is here whole, and waits for its turn or is decided.</summary>
    Deciding,
}
