namespace HaWebhook.Certificates;

/// <summary>What a replica knows from its own looks: where the Secret is lost or spoilt, it is put back from here.</summary>
/// <remarks>One looks and writes; any may read.</remarks>
internal sealed class AuthorityMemory(CertificateOptions options, TimeProvider clock)
{
    private volatile Authorities? _last;
    private volatile CertificateAuthority? _serving;

    /// <summary>The authorities of the last good look at the Secret; null before the first.</summary>
    public Authorities? Last
    {
        get => _last;
        set => _last = value;
    }

    /// <summary>Who signed the certificate that this replica shows; null while it shows none.</summary>
    public CertificateAuthority? Serving
    {
        get => _serving;
        set => _serving = value;
    }

    /// <summary>Whom all our webhooks trust, and for how long.</summary>
    public BundleObservations Trusted { get; } = new(clock, options.LookInterval * 2);

    /// <summary>Whom some of our webhooks trust though the Secret does not say so, and for how long.</summary>
    public BundleObservations Strangers { get; } = new(clock, options.LookInterval * 2);
}
