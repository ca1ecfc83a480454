using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Certificates;

/// <summary>A replica's own certificate. Its key never leaves the process.</summary>
internal sealed class LeafCertificate
{
    /// <summary>Signs a new one.</summary>
    /// <param name="authority">Who signs it.</param>
    /// <param name="names">Its DNS names.</param>
    /// <param name="now">What time it is.</param>
    /// <param name="lifetime">How long it is valid.</param>
    /// <param name="fraction">The part of its life after which it is renewed, from 0 to 1.</param>
    public LeafCertificate(CertificateAuthority authority, IEnumerable<string> names, DateTimeOffset now, TimeSpan lifetime, double fraction)
    {
        Authority = authority;
        Context = SslStreamCertificateContext.Create(PlatformCertificate.Usable(authority.Issue(names, now, lifetime)), null, offline: true);
        RenewAt = now + ((NotAfter - now) * fraction);
    }

    /// <summary>Who signed it.</summary>
    public CertificateAuthority Authority { get; }

    /// <summary>What a handshake shows.</summary>
    public SslStreamCertificateContext Context { get; }

    public X509Certificate2 Certificate => Context.TargetCertificate;

    /// <summary>When it is replaced.</summary>
    public DateTimeOffset RenewAt { get; }

    public DateTimeOffset NotAfter => Certificate.NotAfter.ToUniversalTime();

    /// <summary>Whether it is time for another one: for the age of this one, or because the clock was set back to before it.</summary>
    public bool IsDue(DateTimeOffset now) => now >= RenewAt || now < Certificate.NotBefore.ToUniversalTime();
}
