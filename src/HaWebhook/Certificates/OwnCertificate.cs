namespace HaWebhook.Certificates;

/// <summary>The certificate that this replica has signed for itself: when another one takes its place, and who signs that.</summary>
/// <remarks>Whoever looks at the cluster and whoever renews do so at the same time.</remarks>
internal sealed partial class OwnCertificate(
    ServiceIdentity identity, CertificateOptions options, AuthorityMemory memory, CertificateMetrics metrics, ClusterClock clock, ILogger logger)
{
    private readonly Lock _signing = new();
    private volatile LeafCertificate? _leaf;

    /// <summary>The certificate; null before the first.</summary>
    public LeafCertificate? Leaf => _leaf;

    /// <summary>A random point at 60 to 70 % of a life: replicas that started together need not renew together.</summary>
    public static double SomewhereInLife() => 0.6 + (Random.Shared.NextDouble() / 10);

    /// <summary>Renews it where it is due, from what is remembered: needs no API server.</summary>
    public void Renew()
    {
        lock (_signing)
        {
            var now = clock.Now;
            if (_leaf is { } leaf && leaf.IsDue(now) && SignerAfter(leaf, now) is { } signer && !(leaf.EndsWithAuthority && signer.IsSameAs(leaf.Authority)))
            {
                Sign(signer, now);
            }
        }
    }

    /// <summary>
    /// Makes the first one; changes to the authority that signs now, as soon as API servers had time to trust it, by this replica's own observation;
    /// at once where nobody trusts what is shown now.
    /// </summary>
    /// <param name="authorities">What the Secret holds.</param>
    /// <returns>The certificate that is shown from now on.</returns>
    public LeafCertificate Follow(Authorities authorities)
    {
        lock (_signing)
        {
            var (now, current) = (clock.Now, authorities.Current);
            if (_leaf is not { } leaf)
            {
                return Sign(current, now);
            }

            // Who renewed with the next one, which is trusted, is ahead and does not go back.
            if (leaf.Authority.IsSameAs(current) || (leaf.Authority.IsSameAs(authorities.Next) && IsTrusted(leaf.Authority)))
            {
                return leaf;
            }

            var isUseless = leaf.IsOver(now) || memory.Trusted.SeenFor(leaf.Authority.Certificate) is null;
            return IsTrusted(current) || (isUseless && memory.Trusted.SeenFor(current.Certificate) is not null) ? Sign(current, now) : leaf;
        }
    }

    /// <summary>Who signs after a certificate: the newest authority that API servers are sure to trust; if need be, any that is remembered.</summary>
    private CertificateAuthority? SignerAfter(LeafCertificate leaf, Moment now)
    {
        var (next, current) = (memory.Last?.Next, memory.Last?.Current);
        return IsTrusted(next) && next!.HasBegun(now) && next.IsUsable(now) ? next
            : IsTrusted(current) && current!.IsUsable(now) ? current
            : ((CertificateAuthority?[])[leaf.Authority, current, next]).FirstOrDefault(authority => authority?.IsUsable(now) == true);
    }

    private bool IsTrusted(CertificateAuthority? authority) => authority is not null && memory.Trusted.HasSeenFor(authority.Certificate, options.Propagation);

    private LeafCertificate Sign(CertificateAuthority authority, Moment now)
    {
        try
        {
            var leaf = new LeafCertificate(authority, identity.DnsNames, now, options.CertificateLifetime, SomewhereInLife());
            memory.Serving = authority;
            _leaf = leaf;
            metrics.Renewed(CertificateMetrics.Leaf);
            Log.Signed(logger, identity.DnsName, authority.Name, leaf.NotAfter, leaf.RenewAt);
            return leaf;
        }
        catch
        {
            metrics.Failed(CertificateMetrics.Leaf);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(91, LogLevel.Information, "certificate for {Name} signed by {Authority}, until {NotAfter:u}; the next one is due at {RenewAt:u}")]
        public static partial void Signed(ILogger logger, string name, string authority, DateTimeOffset notAfter, DateTimeOffset renewAt);
    }
}
