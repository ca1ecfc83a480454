namespace HaWebhook.Certificates;

/// <summary>
/// What time it is. Who verifies certificates are API servers, so theirs is the clock that counts; but nothing is replaced on the word of one clock.
/// </summary>
/// <param name="Here">By this machine's clock, which may jump.</param>
/// <param name="AtServer">By the API server's; the same as <paramref name="Here"/> before its first answer.</param>
internal readonly record struct Moment(DateTimeOffset Here, DateTimeOffset AtServer)
{
    /// <summary>The earlier of both: what is over by it is over.</summary>
    public DateTimeOffset Earlier => Here < AtServer ? Here : AtServer;

    /// <summary>The later of both.</summary>
    public DateTimeOffset Later => Here < AtServer ? AtServer : Here;

    /// <summary>How far the clocks are apart; 0 or more.</summary>
    public TimeSpan Skew => Later - Earlier;
}
