using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.Kubernetes.Tests.Requests;

/// <summary>Whom a client believes, over real TLS.</summary>
public sealed class TrustTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnotherAuthority_IsNotTrusted()
    {
        await using var server = await TestApiServer.ReplayAsync("01");
        using var other = new TestAuthority();
        using var client = server.Client(change: configuration => configuration.SslCaCerts = TestAuthority.Read(other.Pem));

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetVersionAsync(Cancellation));

        Assert.StartsWith(
            $"cannot get /version: {server.Address.GetLeftPart(UriPartial.Authority)} cannot be reached: The remote certificate is invalid",
            exception.Message,
            StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task TheSystemsAuthorities_AreUsedOnlyWithoutOwn()
    {
        await using var server = await TestApiServer.ReplayAsync("01");
        using var client = server.Client(change: configuration => configuration.SslCaCerts = null);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetVersionAsync(Cancellation));
    }

    [Fact]
    public async Task AnotherServersCertificate_IsNotAccepted()
    {
        await using var server = await TestApiServer.StartAsync(Recording.Read("01").ReplayAsync, null, "elsewhere.example");
        using var client = server.Client();

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetVersionAsync(Cancellation));

        Assert.Contains("RemoteCertificateNameMismatch", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATlsServerName_IsWhatTheCertificateIsFor()
    {
        await using var server = await TestApiServer.StartAsync(Recording.Read("01").ReplayAsync, null, "elsewhere.example");
        using var client = server.Client(change: configuration => configuration.TlsServerName = "elsewhere.example");

        Assert.Equal(36, (await client.GetVersionAsync(Cancellation)).Minor);
    }

    [Fact]
    public async Task SkippedVerification_IsSkipped()
    {
        await using var server = await TestApiServer.StartAsync(Recording.Read("01").ReplayAsync, null, "elsewhere.example");
        using var client = server.Client(change: configuration => (configuration.SslCaCerts, configuration.SkipTlsVerify) = (null, true));

        Assert.Equal(36, (await client.GetVersionAsync(Cancellation)).Minor);
    }

    [Fact]
    public async Task AnAddressInIPv6_IsReached()
    {
        await using var server = await TestApiServer.StartAsync(Recording.Read("01").ReplayAsync, IPAddress.IPv6Loopback);
        using var client = server.Client();

        Assert.Equal(36, (await client.GetVersionAsync(Cancellation)).Minor);
        Assert.Equal("[::1]", server.Address.Host);
    }

    [Fact]
    public async Task AuthoritiesThatRotate_AreReadAgain()
    {
        await using var server = await TestApiServer.ReplayAsync("01");
        using var old = new TestAuthority();
        using var directory = new TemporaryDirectory();
        var file = directory.Write("ca.crt", old.Pem);
        using var client = server.Client(change: configuration => configuration.SslCaCerts = TestAuthority.Read(File.ReadAllBytes(file)));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetVersionAsync(Cancellation));

        // It is the failed handshake that makes the client look again.
        directory.Write("ca.crt", [.. old.Pem, (byte)'\n', .. server.Authority.Pem]);

        Assert.Equal(36, (await client.GetVersionAsync(Cancellation)).Minor);
    }

    [Fact]
    public async Task AWatch_OutlivesRotations()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var refused = new HashSet<string>();
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/version")
            {
                // Each token is refused the second time that it comes.
                await Recording.Read(refused.Add(context.Request.Headers.Authorization.ToString()) ? "01" : "22").ReplayAsync(context);
                return;
            }

            await context.Response.Body.FlushAsync(context.RequestAborted);
            await more.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync(Recording.Read("05").Body, context.RequestAborted);
        });
        var readings = 0;
        using var client = server.Client(change: configuration => configuration.AccessToken = $"t{++readings}");
        await using var watch = client
            .WatchAsync(Kinds.Namespaces, null, new() { Silence = null }, Cancellation, open.SetResult)
            .GetAsyncEnumerator(Cancellation);
        var first = watch.MoveNextAsync();
        await open.Task.WaitAsync(Cancellation);

        for (var i = 0; i < 4; i++)
        {
            await client.GetVersionAsync(Cancellation);
        }

        more.SetResult();
        Assert.True(await first);
        Assert.Equal(WatchEventType.Added, watch.Current.Type);
        Assert.Equal(4, readings);
    }

    [Fact]
    public void NoAuthorityAtAll_IsNamed()
    {
        var exception = Assert.Throws<KubernetesConfigurationException>(
            () => new KubernetesConnection("the test", () => new KubernetesClientConfiguration { Host = "https://a", SslCaCerts = [] }));

        Assert.Equal("the test: the certificate authority holds no certificate in PEM", exception.Message);
    }

    [Fact]
    public async Task AClientCertificate_IsShownAndShownAnewWhenItIsRefused()
    {
        var seen = new List<string?>();
        await using var server = await TestApiServer.StartAsync(context =>
        {
            seen.Add(context.Connection.ClientCertificate?.Subject);
            return Recording.Read(seen.Count == 2 ? "22" : "01").ReplayAsync(context);
        });
        using var authority = new TestAuthority();
        using var directory = new TemporaryDirectory();
        using var first = authority.Issue("first");
        using var second = authority.Issue("second");
        using var client = server.Client(change: configuration =>
        {
            configuration.ClientCertificateFilePath = Path.Combine(directory.Path, "tls.crt");
            configuration.ClientKeyFilePath = Write(directory, File.Exists(configuration.ClientCertificateFilePath) ? second : first);
        });

        await client.GetVersionAsync(Cancellation);
        await client.GetVersionAsync(Cancellation);

        Assert.Equal(["CN=first", "CN=first", "CN=second"], seen);
    }

    [Fact]
    public void ACertificateOfAnotherKey_IsNamed()
    {
        using var authority = new TestAuthority();
        using var first = authority.Issue("first");
        using var second = authority.Issue("second");

        var exception = Assert.Throws<KubernetesConfigurationException>(() => new KubernetesConnection("the test", () => new KubernetesClientConfiguration
        {
            Host = "https://a",
            ClientCertificateData = Base64(first.ExportCertificatePem()),
            ClientCertificateKeyData = Base64(second.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
        }));

        Assert.StartsWith("the test: the client certificate and its key cannot be used: ", exception.Message, StringComparison.Ordinal);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a certificate and its key.</summary>
    /// <returns>The key's file.</returns>
    private static string Write(TemporaryDirectory directory, X509Certificate2 certificate)
    {
        directory.Write("tls.crt", certificate.ExportCertificatePem());
        return directory.Write("tls.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }
}
