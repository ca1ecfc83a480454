namespace HaWebhook.Certificates;

/// <summary>Where certificates come from and how long they live, and who may call.</summary>
internal sealed record CertificateOptions
{
    /// <summary>Where the certificate comes from; null for files where they are given, else a throw-away certificate.</summary>
    public CertificateMode? Mode { get; init; }

    /// <summary>The Secret of the authority; null for the Service's name with <c>-ca</c>.</summary>
    public string? Secret { get; init; }

    /// <summary>How long an authority is valid; at 60 to 70 % of it the next one is made.</summary>
    public TimeSpan AuthorityLifetime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How long a replica's certificate is valid; at 60 to 70 % of it the next one is made.</summary>
    public TimeSpan CertificateLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long API servers get to take up a changed caBundle before an authority that is new in it signs.</summary>
    public TimeSpan Propagation { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>PEM file of the authorities of those who may call; null for anybody.</summary>
    public string? ClientAuthorities { get; init; }

    /// <summary>The names of those who may call, as common name or DNS name of their certificates; empty for all that the authorities signed.</summary>
    public IReadOnlyList<string> ClientNames { get; init; } = [];

    /// <summary>
    /// How often the Secret, the webhook configurations and the clock are looked at: three small reads every 3 seconds, so that what somebody
    /// breaks is mended well within 30, on a busy machine too. With lifetimes of seconds more often.
    /// </summary>
    public TimeSpan LookInterval => Clamp(Min(Propagation / 4, CertificateLifetime / 20), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3));

    /// <summary>How long one look may take, with all that it writes: a request that hangs must not keep the next look waiting for long.</summary>
    public TimeSpan LongestRound => Clamp(LookInterval * 4, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));

    /// <summary>How far the clocks of machines may be apart before it matters: 5 minutes; with lifetimes of seconds as long as the propagation.</summary>
    public TimeSpan Skew => Min(Propagation, TimeSpan.FromMinutes(5));

    /// <summary>
    /// What an authority must have left when the next one is made: that has to be seen trusted for the propagation time, with as much again for a
    /// look that comes late, and with three rounds for what goes wrong.
    /// </summary>
    public TimeSpan Handover => (Propagation * 2) + (LongestRound * 3);

    /// <summary>What makes these lifetimes unusable, as one line; null where nothing does.</summary>
    public string? Problem =>
        CertificateLifetime < TimeSpan.FromSeconds(5) ? "--certificate-lifetime must be at least 5s"
        : CertificateLifetime > AuthorityLifetime / 2 ? "--certificate-lifetime must be at most half of --ca-lifetime: a certificate does not outlive its authority"
        : Propagation < TimeSpan.FromSeconds(1) ? "--ca-propagation must be at least 1s"
        : AuthorityLifetime < ShortestAuthorityLifetime
            ? $"--ca-lifetime must be at least {Math.Ceiling(ShortestAuthorityLifetime.TotalSeconds)}s with --ca-propagation {Propagation.TotalSeconds}s: "
                + "what is left of it when the next authority is made must be enough for API servers to trust that one"
        : null;

    /// <summary>The next authority is made with 30 % of the life left at the least.</summary>
    private TimeSpan ShortestAuthorityLifetime => Handover / 0.3;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Clamp(TimeSpan time, TimeSpan least, TimeSpan most) => time < least ? least : Min(time, most);
}
