using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaWebhook.Certificates;
using HaWebhook.Serving;

namespace HaWebhook.Tests.Certificates;

public sealed class CallerTests : IDisposable
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";
    private const string ForServers = "1.3.6.1.5.5.7.3.1";

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;
    private readonly Issuer _ours = new("ours");
    private readonly Issuer _others = new("others");

    private string AuthoritiesFile => Path.Combine(_folder, "client-ca.crt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Only_who_shows_the_right_certificate_may_call(SslProtocols version)
    {
        await using var server = await StartAsync("kube-apiserver", "api.example.org");
        Assert.False(await MayCallAsync(server, null, version));
        Assert.False(await MayCallAsync(server, _others.Issue("kube-apiserver"), version));
        Assert.False(await MayCallAsync(server, _ours.Issue("kube-apiserver", until: -1), version));
        Assert.False(await MayCallAsync(server, _ours.Issue("kube-apiserver", since: 1), version));
        Assert.False(await MayCallAsync(server, _ours.Issue("kube-apiserver", purpose: ForServers), version));
        Assert.False(await MayCallAsync(server, _ours.Issue("somebody"), version));
        Assert.False(await MayCallAsync(server, _ours.Issue("kube-apiserver2"), version));
        Assert.False(await MayCallAsync(server, _ours.Issue("somebody", dnsName: "kube-apiserver.example.org"), version));
        Assert.True(await MayCallAsync(server, _ours.Issue("kube-apiserver"), version));
        Assert.True(await MayCallAsync(server, _ours.Issue("somebody", dnsName: "api.example.org"), version));

        using var health = new HttpClient { BaseAddress = server.Health };
        Assert.Equal("ok\n", await health.GetStringAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken));
        var refusal = Assert.Single(server.Log.All, line => line.Contains("a caller is turned away", StringComparison.Ordinal));
        Assert.Equal("Warning: a caller is turned away who shows no client certificate (said at most once a minute)", refusal);
    }

    [Fact]
    public async Task Without_names_any_certificate_of_the_authority_will_do_and_the_file_is_read_again()
    {
        await using var server = await StartAsync();
        Assert.True(await MayCallAsync(server, _ours.Issue("somebody"), SslProtocols.Tls13));
        Assert.False(await MayCallAsync(server, _others.Issue("somebody"), SslProtocols.Tls13));

        await WriteAsync("garbage");
        await UntilAsync(() => server.Log.All.Any(line => line.Contains("the last good ones stay", StringComparison.Ordinal)));
        Assert.True(await MayCallAsync(server, _ours.Issue("somebody"), SslProtocols.Tls13));

        await WriteAsync(_others.Pem);
        await UntilAsync(() => server.Log.All.Count(line => line.Contains("only callers with a client certificate may call", StringComparison.Ordinal)) == 2);
        Assert.False(await MayCallAsync(server, _ours.Issue("somebody"), SslProtocols.Tls13));
        Assert.True(await MayCallAsync(server, _others.Issue("somebody"), SslProtocols.Tls13));

        await WriteAsync(_others.Pem + _ours.Pem);
        await UntilAsync(() => server.Log.All.Any(line => line.Contains("holds 2 authorities", StringComparison.Ordinal)));
        Assert.True(await MayCallAsync(server, _ours.Issue("somebody"), SslProtocols.Tls13));
    }

    private async Task<RunningServer> StartAsync(params string[] names)
    {
        await WriteAsync(_ours.Pem);
        return await RunningServer.StartAsync(
            new ServingOptions
            {
                Certificates = new CertificateOptions { ClientAuthorities = AuthoritiesFile, ClientNames = names },
                PollInterval = TimeSpan.FromMilliseconds(20),
            },
            TimeProvider.System);
    }

    /// <summary>Puts the file in place whole.</summary>
    private async Task WriteAsync(string text)
    {
        await File.WriteAllTextAsync(AuthoritiesFile + ".new", text, TestContext.Current.CancellationToken);
        File.Move(AuthoritiesFile + ".new", AuthoritiesFile, overwrite: true);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>Whether a request is answered: with TLS 1.3 a client learns that it is refused only when it reads.</summary>
    private static async Task<bool> MayCallAsync(RunningServer server, X509Certificate2? certificate, SslProtocols version)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, server.Admission.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(connection.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    EnabledSslProtocols = version,
                    ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                },
                TestContext.Current.CancellationToken);
            await tls.WriteAsync("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(tls, Encoding.ASCII);
            var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            return answer.StartsWith("HTTP/1.1 200 OK", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return false;
        }
    }

    /// <summary>An authority that signs certificates of callers.</summary>
    internal sealed class Issuer(string name)
    {
        private readonly (X509Certificate2 Certificate, string KeyPem) _authority =
            TestCertificates.CreateAuthority(name, DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));

        public string Pem => _authority.Certificate.ExportCertificatePem() + "\n";

        /// <param name="commonName">Whose it is.</param>
        /// <param name="dnsName">Another name; null for none.</param>
        /// <param name="purpose">What it is for.</param>
        /// <param name="since">Valid in so many days.</param>
        /// <param name="until">Ends in so many days.</param>
        public X509Certificate2 Issue(string commonName, string? dnsName = null, string purpose = ForClients, int since = -2, int until = 2)
        {
            using var signing = X509Certificate2.CreateFromPem(_authority.Certificate.ExportCertificatePem(), _authority.KeyPem);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"O=system:masters, CN={commonName}", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
            if (dnsName is not null)
            {
                var names = new SubjectAlternativeNameBuilder();
                names.AddDnsName(dnsName);
                request.CertificateExtensions.Add(names.Build());
            }

            var now = DateTimeOffset.UtcNow;
            using var bare = request.Create(signing, now.AddDays(since), now.AddDays(until), RandomNumberGenerator.GetBytes(16));
            return bare.CopyWithPrivateKey(key);
        }
    }
}
