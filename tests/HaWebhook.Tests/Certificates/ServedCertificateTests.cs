using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaWebhook.Certificates;
using HaWebhook.Tests.SelfCheck;

namespace HaWebhook.Tests.Certificates;

/// <summary>What an API server would say of the certificate that is served.</summary>
public sealed class ServedCertificateTests : IDisposable
{
    private const string Name = "ha-webhook.platform.svc";

    private readonly ServingAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(Name, null)]
    [InlineData("*.platform.svc", null)]
    [InlineData("other.platform.svc", "x509: certificate is valid for other.platform.svc, not ha-webhook.platform.svc")]
    [InlineData("ha-webhook.platform.svc.cluster.local", "x509: certificate is valid for ha-webhook.platform.svc.cluster.local, not ha-webhook.platform.svc")]
    [InlineData("", "x509: certificate is not valid for any names, but wanted to match ha-webhook.platform.svc")]
    public void It_has_to_be_for_the_name_of_the_Service(string name, string? refusal) =>
        Assert.Equal(refusal, RefusalOf(_authority.Issue(name.Length == 0 ? [] : [name]), [_authority.Certificate]));

    [Theory]
    [InlineData(-5, -1)]
    [InlineData(1, 5)]
    public void It_has_to_be_valid_now(int from, int until)
    {
        var refusal = RefusalOf(_authority.Issue([Name], from, until), [_authority.Certificate]);
        Assert.StartsWith("x509: certificate has expired or is not yet valid: it is valid from 20", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void It_has_to_be_for_servers() => Assert.StartsWith(
        "x509: ", RefusalOf(_authority.Issue([Name], usage: "1.3.6.1.5.5.7.3.2"), [_authority.Certificate]), StringComparison.Ordinal);

    [Fact]
    public void Somebody_in_the_bundle_has_to_have_signed_it()
    {
        using var foreign = new ServingAuthority();
        Assert.Equal("x509: certificate signed by unknown authority", RefusalOf(_authority.Issue([Name]), [foreign.Certificate]));
        Assert.Equal("x509: certificate signed by unknown authority", RefusalOf(_authority.Issue([Name]), []));
        Assert.Null(RefusalOf(_authority.Issue([Name]), [foreign.Certificate, _authority.Certificate]));
    }

    [Fact]
    public void Two_authorities_of_one_name_are_told_apart_by_their_keys()
    {
        using var first = Nameless();
        using var second = Nameless();
        foreach (var (signer, others) in ((X509Certificate2, X509Certificate2[])[])[(first, [first, second]), (first, [second, first]), (second, [first, second])])
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(Name);
            request.CertificateExtensions.Add(names.Build());
            using var signed = request.Create(signer, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
            Assert.Null(RefusalOf(signed.CopyWithPrivateKey(key), others));
        }

        static X509Certificate2 Nameless()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
            return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        }
    }

    [Fact]
    public void Whoever_is_in_the_bundle_is_trusted_root_or_not()
    {
        using var intermediate = new ServingAuthority(_authority);
        Assert.Null(RefusalOf(intermediate.Issue([Name]), [intermediate.Certificate]));
        var leaf = intermediate.Issue([Name]);
        Assert.Null(RefusalOf(leaf, [leaf]));
        Assert.Equal("x509: certificate signed by unknown authority", RefusalOf(intermediate.Issue([Name]), [_authority.Certificate]));
        Assert.Null(RefusalOf(intermediate.Issue([Name]), [_authority.Certificate], intermediate.Certificate));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("Z2FyYmFnZQ==")]
    [InlineData("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=")]
    public void A_bundle_of_no_certificates_is_none(string bundle) => Assert.Null(CaBundle.Read(bundle));

    [Fact]
    public void A_bundle_holds_all_its_certificates()
    {
        using var other = new ServingAuthority();
        Assert.Equal(2, CaBundle.Read(CheckedCluster.Bundle(_authority.Pem + "\n" + other.Pem))!.Certificates.Length);
    }

    private static string? RefusalOf(X509Certificate2 leaf, X509Certificate2[] authorities, params X509Certificate2[] intermediates)
    {
        using (leaf)
        {
            var served = SslStreamCertificateContext.Create(leaf, [.. intermediates], offline: true);
            return new ServedCertificate(served, Name, DateTimeOffset.UtcNow)
                .Refusal(authorities.Aggregate(CertificateBundle.Empty, (bundle, authority) => bundle.With(authority)));
        }
    }
}
