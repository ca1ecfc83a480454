using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HaWebhook.Commands;
using HaWebhook.Serving;

namespace HaWebhook.Tests.Certificates;

public sealed class FileCertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    private string CertificateFile => Path.Combine(_folder, "tls.crt");

    private string KeyFile => Path.Combine(_folder, "tls.key");

    private ServingOptions Options => new() { TlsCertificate = CertificateFile, TlsKey = KeyFile, Namespace = "shop", PollInterval = TimeSpan.FromMilliseconds(20) };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Intermediates_in_the_file_are_shown_with_the_certificate()
    {
        // As cert-manager writes them: the certificate, then who signed it; the root stands in ca.crt.
        var now = DateTimeOffset.UtcNow;
        var (root, rootKey) = TestCertificates.CreateAuthority("root", now.AddDays(-2), now.AddDays(2));
        using var signing = X509Certificate2.CreateFromPem(root.ExportCertificatePem(), rootKey);
        using var intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=intermediate", intermediateKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        using var bare = request.Create(signing, now.AddDays(-1), now.AddDays(1), [1]);
        using var intermediate = bare.CopyWithPrivateKey(intermediateKey);
        Write(intermediate, now.AddHours(-1), now.AddHours(1), "ha-webhook.shop.svc");
        await File.AppendAllTextAsync(CertificateFile, "\n" + intermediate.ExportCertificatePem(), TestContext.Current.CancellationToken);

        await using var server = await RunningServer.StartAsync(Options, TimeProvider.System);
        using var connection = new TcpClient();
        await connection.ConnectAsync(System.Net.IPAddress.Loopback, server.Admission.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(connection.GetStream());
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(root);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "ha-webhook.shop.svc", CertificateChainPolicy = trust }, TestContext.Current.CancellationToken);
        Assert.True(tls.IsAuthenticated);
        Assert.DoesNotContain(server.Log.All, line => line.Contains("the certificate of", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(-10, -5, "ha-webhook.shop.svc", "ended at ")]
    [InlineData(5, 10, "ha-webhook.shop.svc", "is valid from ")]
    [InlineData(-5, 5, null, "has no DNS name (subjectAltName): API servers look at nothing else, and ask for SERVICE.NAMESPACE.svc")]
    [InlineData(-5, 5, "ha-webhook.shop.svc.cluster.local", "is not for ha-webhook.shop.svc, the name that API servers ask for")]
    public async Task What_API_servers_would_refuse_is_said(int since, int until, string? name, string expected)
    {
        var now = DateTimeOffset.UtcNow;
        Write(null, now.AddHours(since), now.AddHours(until), name);
        await using var server = await RunningServer.StartAsync(Options, TimeProvider.System);
        var line = Assert.Single(server.Log.All, line => line.StartsWith("Error: the certificate of", StringComparison.Ordinal));
        Assert.StartsWith($"Error: the certificate of {CertificateFile} {expected}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_ends_while_it_is_served_is_told()
    {
        var clock = new JumpingClock();
        var now = DateTimeOffset.UtcNow;
        Write(null, now.AddHours(-1), now.AddHours(1), "ha-webhook.shop.svc");
        await using var server = await RunningServer.StartAsync(Options, clock);
        Assert.DoesNotContain(server.Log.All, line => line.Contains("ended at", StringComparison.Ordinal));
        clock.Jump(TimeSpan.FromHours(2));
        await UntilAsync(server, $"Error: the certificate of {CertificateFile} ended at");
    }

    [Theory]
    [InlineData(-10, -5, "ha-webhook.shop.svc", "ended at ")]
    [InlineData(5, 10, "ha-webhook.shop.svc", "is valid from ")]
    [InlineData(-5, 5, null, "has no DNS name (subjectAltName)")]
    [InlineData(-5, 5, "web.shop.svc", "is not for ha-webhook.shop.svc, the name that API servers ask for")]
    public async Task A_fit_certificate_stays_where_an_unfit_one_comes(int since, int until, string? name, string problem)
    {
        var now = DateTimeOffset.UtcNow;
        Write(null, now.AddHours(-1), now.AddHours(1), "ha-webhook.shop.svc");
        await using var server = await RunningServer.StartAsync(Options, TimeProvider.System);
        var fit = server.Certificate.Thumbprint;
        Write(null, now.AddHours(since), now.AddHours(until), name);
        await UntilAsync(server, $"stays: the certificate of {CertificateFile} {problem}");
        Assert.Equal(fit, server.Certificate.Thumbprint);

        Write(null, now.AddHours(-1), now.AddHours(2), "ha-webhook.shop.svc");
        await UntilAsync(server, $"Information: certificate in use: {CertificateFile}, CN=ha-webhook, until {now.AddHours(2):u}");
        Assert.NotEqual(fit, server.Certificate.Thumbprint);
    }

    [Fact]
    public async Task A_certificate_that_is_not_valid_yet_is_taken_when_it_is()
    {
        var clock = new JumpingClock();
        var now = DateTimeOffset.UtcNow;
        Write(null, now.AddHours(-1), now.AddHours(5), "ha-webhook.shop.svc");
        await using var server = await RunningServer.StartAsync(Options, clock);
        Write(null, now.AddHours(1), now.AddHours(6), "ha-webhook.shop.svc");
        await UntilAsync(server, "is valid from ");
        clock.Jump(TimeSpan.FromHours(2));
        await UntilAsync(server, $"Information: certificate in use: {CertificateFile}, CN=ha-webhook, until {now.AddHours(6):u}");
    }

    /// <summary>Of two that API servers refuse the new one is shown: it is what its owner wants.</summary>
    [Fact]
    public async Task An_unfit_certificate_takes_the_place_of_one_that_ended()
    {
        var now = DateTimeOffset.UtcNow;
        Write(null, now.AddHours(-2), now.AddHours(-1), "ha-webhook.shop.svc");
        await using var server = await RunningServer.StartAsync(Options, TimeProvider.System);
        Write(null, now.AddHours(-2), now.AddHours(1), "web.shop.svc");
        await UntilAsync(server, $"Error: the certificate of {CertificateFile} is not for ha-webhook.shop.svc");
        Assert.Contains(server.Certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames(), name => name == "web.shop.svc");
    }

    [Fact]
    public void A_file_without_end_is_no_certificate()
    {
        File.WriteAllText(CertificateFile, "-----BEGIN CERTIFICATE-----\n" + new string('A', 100_000));
        File.WriteAllText(KeyFile, "");
        using var host = AdmissionServer.CreateHostBuilder(Options, TimeProvider.System).Build();
        var failure = Assert.Throws<CommandException>(() => host.Services.GetService(typeof(HaWebhook.Certificates.IServingCertificate)));
        Assert.Equal($"{CertificateFile}: is larger than 65536 bytes; a certificate or a key is not", failure.Message);
    }

    private static async Task UntilAsync(RunningServer server, string text)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!server.Log.All.Any(line => line.Contains(text, StringComparison.Ordinal)))
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private void Write(X509Certificate2? issuer, DateTimeOffset since, DateTimeOffset until, string? name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ha-webhook", key, HashAlgorithmName.SHA256);
        if (name is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = issuer is null ? request.CreateSelfSigned(since, until) : request.Create(issuer, since, until, [2]);
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }
}
