using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaWebhook.ApiServer.Admission;

namespace HaWebhook.ApiServer.Tests;

/// <summary>Which certificates of webhooks are accepted: those that Go accepts.</summary>
public sealed class TrustTests
{
    private const string Service = "hook.shop.svc";

    [Theory]
    [InlineData(Service, 1, null)]
    [InlineData("other.shop.svc,hook.shop.svc", 1, null)]
    [InlineData("hook.shop.svc.cluster.local", 1, "x509: certificate is valid for hook.shop.svc.cluster.local, not hook.shop.svc")]
    [InlineData("", 1, "x509: certificate is not valid for any names, but wanted to match hook.shop.svc")]
    [InlineData(Service, -1, "x509: certificate has expired or is not yet valid")]
    public void NamesAndTimes_AreLookedAt(string names, int hours, string? problem)
    {
        using var authority = Authority();
        using var certificate = Sign(authority, names, DateTimeOffset.UtcNow.AddHours(hours));
        Assert.Equal(problem, Trust(authority).Problem(certificate, [], Service));
    }

    [Fact]
    public void OfSeveralAuthoritiesOfOneName_AnyIsGood()
    {
        using var first = Authority();
        using var second = Authority();
        using var stranger = Authority();
        foreach (var authority in (X509Certificate2[])[first, second])
        {
            using var certificate = Sign(authority, Service, DateTimeOffset.UtcNow.AddHours(1));
            Assert.Null(Trust(first, second).Problem(certificate, [], Service));
            Assert.Equal("x509: certificate signed by unknown authority", Trust(stranger).Problem(certificate, [], Service));
        }
    }

    private static WebhookTrust Trust(params X509Certificate2[] authorities) =>
        WebhookTrust.Read(Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Join('\n', authorities.Select(one => one.ExportCertificatePem())))));

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Sign(X509Certificate2 authority, string names, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Service}", key, HashAlgorithmName.SHA256);
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            Array.ForEach(names.Split(','), alternatives.AddDnsName);
            request.CertificateExtensions.Add(alternatives.Build());
        }

        return request.Create(authority, end.AddHours(-4), end, RandomNumberGenerator.GetBytes(16));
    }
}
