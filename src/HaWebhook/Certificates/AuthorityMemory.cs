namespace HaWebhook.Certificates;

/// <summary>What a replica knows from its own looks: where the Secret is lost or spoilt, it is put back from here.</summary>
internal sealed class AuthorityMemory
{
    public AuthorityMemory(CertificateOptions options, TimeProvider clock)
    {
        // Further apart than this, and looks are no observation: somebody could have taken away in between what is there now.
        var longestGap = (options.LookInterval * 4) + TimeSpan.FromSeconds(1);
        (Trusted, Retired, Strangers) = (new(clock, longestGap), new(clock, longestGap), new(clock, longestGap));
    }

    /// <summary>The authorities of the last good look at the Secret; null before the first.</summary>
    public Authorities? Last { get; private set; }

    /// <summary>Who signed the certificate that this replica shows; null while it shows none.</summary>
    public CertificateAuthority? Serving { get; set; }

    /// <summary>Whom all our webhooks trust, and for how long.</summary>
    public BundleObservations Trusted { get; }

    /// <summary>Who is trusted by the Secret but neither signs nor will, and for how long.</summary>
    public BundleObservations Retired { get; }

    /// <summary>Whom some of our webhooks trust though the Secret does not say so, and for how long.</summary>
    public BundleObservations Strangers { get; }

    /// <summary>Takes down what the Secret holds.</summary>
    public void Saw(Authorities authorities)
    {
        Last = authorities;
        Retired.Saw(authorities.Bundle.Where(certificate =>
            !CertificateBundle.IsSame(certificate, authorities.Current.Certificate)
            && (authorities.Next is null || !CertificateBundle.IsSame(certificate, authorities.Next.Certificate))));
    }
}
