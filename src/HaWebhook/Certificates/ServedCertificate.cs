using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Certificates;

/// <summary>
/// Verifies the certificate that this server shows as an API server does, and says what is wrong in its words. An API server whose webhook may be
/// ignored keeps that to its own log.
/// </summary>
/// <param name="Served">What is shown: the certificate and its intermediates.</param>
/// <param name="ServerName">The name that it has to be for.</param>
/// <param name="Now">The time by the API server's clock, which is the one that counts.</param>
internal sealed record ServedCertificate(SslStreamCertificateContext Served, string ServerName, DateTimeOffset Now)
{
    private const string UnknownAuthority = "x509: certificate signed by unknown authority";

    private static readonly Oid _serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    private X509Certificate2 Leaf => Served.TargetCertificate;

    /// <summary>
    /// Why the certificate would be refused, in the words of Go's crypto/x509, which API servers use, and in its order; null where it would not.
    /// </summary>
    /// <param name="bundle">The caBundle. Any of its certificates is trusted, also one that is no root.</param>
    public string? Refusal(CertificateBundle bundle)
    {
        var (from, until) = (Leaf.NotBefore.ToUniversalTime(), Leaf.NotAfter.ToUniversalTime());
        if (Now < from || Now > until)
        {
            return $"x509: certificate has expired or is not yet valid: it is valid from {from:u} until {until:u}";
        }

        var names = Leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(each => each.EnumerateIPAddresses().Select(address => address.ToString()).Concat(each.EnumerateDnsNames()))
            .ToList();
        if (!Leaf.MatchesHostname(ServerName, allowWildcards: true, allowCommonName: false))
        {
            return names.Count == 0
                ? $"x509: certificate is not valid for any names, but wanted to match {ServerName}"
                : $"x509: certificate is valid for {string.Join(", ", names)}, not {ServerName}";
        }

        // One at a time: of two authorities of one name .NET may take the wrong one, where they have no key identifiers.
        string? problem = null;
        foreach (var trusted in bundle.Certificates)
        {
            if (ChainProblem(trusted) is not { } why)
            {
                return null;
            }

            problem = problem is null or UnknownAuthority ? why : problem;
        }

        return problem ?? UnknownAuthority;
    }

    /// <summary>Why no sound chain leads to somebody who is trusted; null where one does.</summary>
    private string? ChainProblem(X509Certificate2 trusted)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.ExtraStore.Add(trusted);
        foreach (var intermediate in Served.IntermediateCertificates)
        {
            chain.ChainPolicy.ExtraStore.Add(intermediate);
        }

        chain.ChainPolicy.ApplicationPolicy.Add(_serverAuthentication);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = Now.UtcDateTime;

        // Whom to trust is decided here: .NET accepts roots only, and Go whatever is in the bundle.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        var isSound = chain.Build(Leaf);
        if (!chain.ChainElements.Any(element => CertificateBundle.IsSame(element.Certificate, trusted)))
        {
            return UnknownAuthority;
        }

        return isSound ? null : "x509: " + chain.ChainStatus
            .Select(status => status.StatusInformation.Trim())
            .DefaultIfEmpty("the chain is not valid")
            .First();
    }
}
