using HaWebhook.Serving;

namespace HaWebhook.Admission;

/// <summary>How much the server takes on at a time. What is beyond waits a little and is then sent back, to be sent again.</summary>
internal sealed class ReviewLimits(ServingOptions options, TimeProvider clock)
{
    /// <summary>
    /// Bytes of a body that are taken without asking, 32 KiB: nine reviews in ten are smaller. Times the connections that there may be it is 32 MiB.
    /// </summary>
    public const int FreeBytes = 32 << 10;

    /// <summary>Bytes of a body up to which it counts as a small one, 256 KiB.</summary>
    public const int SmallBytes = 256 << 10;

    /// <summary>So many small bodies beyond <see cref="FreeBytes"/> may be in flight before they, too, need a share of <see cref="Bytes"/>.</summary>
    private const int MostSmallBodies = 128;

    /// <summary>So many large bodies may wait for their share.</summary>
    private const int LongestLineForBytes = 256;

    /// <summary>Bytes a second that must come of a body that holds a share: 1 MiB.</summary>
    private const long SlowestRate = 1 << 20;

    private static readonly TimeSpan _longestWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Reviews that are being decided. As many may wait: who comes later would wait in vain for most of the time that its call has.</summary>
    public FairBudget Reviews { get; } = new(options.MaxReviews, options.MaxReviews, clock);

    /// <summary>
    /// What the bodies that are not small take up. A share is as large as the body, and asked for once when the first part has come: a length alone reserves nothing,
    /// and nobody waits for a second share while holding a first.
    /// </summary>
    public FairBudget Bytes { get; } = new(options.MaxReviewBytes, LongestLineForBytes, clock);

    /// <summary>What the small bodies take up, each counted as <see cref="SmallBytes"/>. A few large and slow bodies must not stop the many small ones.</summary>
    public FairBudget Small { get; } = new(MostSmallBodies * (long)SmallBytes, 0, clock);

    /// <summary>Where large bodies are kept.</summary>
    public LargeArrays Arrays { get; } = new();

    /// <summary>
    /// How long a review may wait for a share of its call's time. Not long: API servers send it again within the same time (client-go keeps the <c>?timeout=</c> over its
    /// retries), and maybe to a replica with less to do; and what waits in line is what there still is to do when the rush is over.
    /// </summary>
    public static TimeSpan LongestWait(TimeSpan left) => left / 4 < _longestWait ? left / 4 : _longestWait;

    /// <summary>
    /// How long a body may have taken that holds a share, from when it was taken until so many bytes have come: a second, and another for each mebibyte. API servers send
    /// hundreds of mebibytes a second. Who says that 48 of them come and then says no more holds up the others no longer than that.
    /// </summary>
    public static TimeSpan LongestDelivery(long bytes) => TimeSpan.FromSeconds(1 + (bytes / (double)SlowestRate));
}
