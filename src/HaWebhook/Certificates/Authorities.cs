namespace HaWebhook.Certificates;

/// <summary>The authorities of all replicas, as the Secret is to hold them.</summary>
/// <param name="Current">Who signs.</param>
/// <param name="Next">Who signs next, once API servers have had time to learn of it; null where no change is under way.</param>
/// <param name="Bundle">Whom API servers are to trust: these two, and those whose certificates may still be in use.</param>
internal sealed record Authorities(CertificateAuthority Current, CertificateAuthority? Next, CertificateBundle Bundle)
{
    public bool Names(CertificateAuthority authority) => Current.IsSameAs(authority) || authority.IsSameAs(Next);
}
