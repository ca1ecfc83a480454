namespace HaWebhook.Auditing.Background;

/// <summary>How <c>serve</c> audits its cluster in the background.</summary>
internal sealed record BackgroundAuditOptions
{
    /// <summary>The time from the start of a run to the start of the next at most; the shortest is a tenth less. Zero for no audit.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Whether and where results are written into the cluster.</summary>
    public AuditReports Reports { get; init; }

    /// <summary>Whether violations, and writes of controllers that were denied, are told as Events.</summary>
    public bool Events { get; init; }

    /// <summary>
    /// How long a replica leads, or waits, before its first run at most: the server has better things to do when it has just started.
    /// </summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a new policy must have been in force before the cluster is audited by it: people correct what they have just changed.
    /// </summary>
    public TimeSpan PolicySettling { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The rest after each request to the API server, and as long again as it took.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>After how long without a sign of life another replica takes over; whole seconds.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether there is an audit.</summary>
    public bool IsOn => Interval > TimeSpan.Zero;
}

/// <summary>Where results are written into the cluster.</summary>
internal enum AuditReports
{
    /// <summary>As Reports of openreports.io where those are served, else as PolicyReports of wgpolicyk8s.io, else nowhere.</summary>
    Auto,

    /// <summary>Nowhere.</summary>
    None,
}
