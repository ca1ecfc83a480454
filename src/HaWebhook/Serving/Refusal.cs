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

    /// <summary>The body did not come in the time that the call has, or came slowly while it held what others wait for.</summary>
    TooSlow,

    /// <summary>Whoever called has gone before it was its turn.</summary>
    Gone,

    /// <summary>The body is larger than any review, or large and does not say how long it is.</summary>
    TooLarge,

    /// <summary>It is no review.</summary>
    Malformed,

    /// <summary>A fault of ours.</summary>
    Failed,
}
