using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Certificates;

/// <summary>A replica's own certificate. Its key never leaves the process.</summary>
internal sealed class LeafCertificate
{
    private readonly Moment _renewAt;

    /// <summary>Signs a new one.</summary>
    /// <param name="authority">Who signs it.</param>
    /// <param name="names">Its DNS names.</param>
    /// <param name="now">What time it is.</param>
    /// <param name="lifetime">How long it is valid.</param>
    /// <param name="fraction">The part of its life after which it is renewed, from 0 to 1.</param>
    public LeafCertificate(CertificateAuthority authority, IEnumerable<string> names, Moment now, TimeSpan lifetime, double fraction)
    {
        Authority = authority;
        Context = SslStreamCertificateContext.Create(PlatformCertificate.Usable(authority.Issue(names, now.Later + lifetime)), null, offline: true);
        var left = authority.NotAfter - now.AtServer;
        Lifetime = left < lifetime ? left : lifetime;
        _renewAt = new(now.Here + (Lifetime * fraction), now.AtServer + (Lifetime * fraction));
    }

    /// <summary>Who signed it.</summary>
    public CertificateAuthority Authority { get; }

    /// <summary>What a handshake shows.</summary>
    public SslStreamCertificateContext Context { get; }

    public X509Certificate2 Certificate => Context.TargetCertificate;

    /// <summary>How long it is valid from when it was made.</summary>
    public TimeSpan Lifetime { get; }

    /// <summary>When it is replaced, by this machine's clock.</summary>
    public DateTimeOffset RenewAt => _renewAt.Here;

    public DateTimeOffset NotAfter => Certificate.NotAfter.ToUniversalTime();

    /// <summary>Whether it ends when its authority does: another one of that authority would be no better.</summary>
    public bool EndsWithAuthority => NotAfter >= Authority.NotAfter;

    /// <summary>Whether it is time for another one, by either clock: a renewal too many does no harm.</summary>
    public bool IsDue(Moment now) => now.Here >= _renewAt.Here || now.AtServer >= _renewAt.AtServer;

    /// <summary>Whether API servers take it for ended.</summary>
    public bool IsOver(Moment now) => now.AtServer >= NotAfter;
}
