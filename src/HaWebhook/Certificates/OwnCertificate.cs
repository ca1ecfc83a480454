namespace HaWebhook.Certificates;

/// <summary>The certificate that this replica has signed for itself: when another one takes its place, and who signs that.</summary>
internal sealed partial class OwnCertificate(
    ServiceIdentity identity, CertificateOptions options, AuthorityMemory memory, CertificateMetrics metrics, TimeProvider clock, ILogger logger)
{
    private volatile LeafCertificate? _leaf;

    /// <summary>The certificate; null before the first.</summary>
    public LeafCertificate? Leaf => _leaf;

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>A random point at 60 to 70 % of a life: replicas that started together need not renew together.</summary>
    public static double SomewhereInLife() => 0.6 + (Random.Shared.NextDouble() / 10);

    /// <summary>Makes another one.</summary>
    public void Sign(CertificateAuthority authority)
    {
        try
        {
            var leaf = new LeafCertificate(authority, identity.DnsNames, Now, options.CertificateLifetime, SomewhereInLife());
            memory.Serving = authority;
            _leaf = leaf;
            metrics.Renewed(CertificateMetrics.Leaf);
            Log.Signed(logger, identity.DnsName, authority.Name, leaf.NotAfter, leaf.RenewAt);
        }
        catch
        {
            metrics.Failed(CertificateMetrics.Leaf);
            throw;
        }
    }

    /// <summary>Renews it where it is due, from what is remembered: needs no API server.</summary>
    public void Renew()
    {
        if (_leaf is not { } leaf || !leaf.IsDue(Now))
        {
            return;
        }

        if (leaf.Authority.IsValidAt(Now))
        {
            Sign(leaf.Authority);
        }
        else if (memory.Last?.Current is { } current && current.IsValidAt(Now))
        {
            Sign(current);
        }
    }

    /// <summary>
    /// Changes to the authority that signs now, as soon as API servers had time to trust it, by this replica's own observation; at once where
    /// nobody trusts what is shown now.
    /// </summary>
    /// <returns>The certificate that is shown from now on.</returns>
    public LeafCertificate Follow(CertificateAuthority current)
    {
        var leaf = _leaf!;
        if (leaf.Authority.IsSameAs(current))
        {
            return leaf;
        }

        var isTrusted = memory.Trusted.SeenFor(current.Certificate) is not null;
        var isUseless = Now >= leaf.NotAfter || memory.Trusted.SeenFor(leaf.Authority.Certificate) is null;
        if (memory.Trusted.HasSeenFor(current.Certificate, options.Propagation) || (isTrusted && isUseless))
        {
            Sign(current);
        }

        return _leaf!;
    }

    private static partial class Log
    {
        [LoggerMessage(91, LogLevel.Information, "certificate for {Name} signed by {Authority}, until {NotAfter:u}; the next one is due at {RenewAt:u}")]
        public static partial void Signed(ILogger logger, string name, string authority, DateTimeOffset notAfter, DateTimeOffset renewAt);
    }
}
