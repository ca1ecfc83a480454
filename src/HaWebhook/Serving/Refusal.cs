namespace HaWebhook.Serving;

/// <summary>Why a request to a webhook got no verdict.</summary>
internal enum Refusal
{
    /// <summary>It got one.</summary>
    None,

    /// <summary>The server has too much to do.</summary>
    Overload,

    /// <summary>The server does not know enough yet.</summary>
    NotReady,

    /// <summary>The body did not come in the time that the call has.</summary>
    TooSlow,

    /// <summary>The body is larger than any review.</summary>
    TooLarge,

    /// <summary>It is no review.</summary>
    Malformed,

    /// <summary>A fault of ours.</summary>
    Failed,
}
