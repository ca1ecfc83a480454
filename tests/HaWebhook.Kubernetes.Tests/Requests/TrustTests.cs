using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaWebhook.Kubernetes.Credentials;
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
        using var client = server.Client(change: connection => connection with { Authorities = FileOrData.Data("ca", other.Pem) });

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
        using var client = server.Client(change: connection => connection with { Authorities = null });

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
        using var client = server.Client(change: connection => connection with { TlsServerName = "elsewhere.example" });

        Assert.Equal(36, (await client.GetVersionAsync(Cancellation)).Minor);
    }

    [Fact]
    public async Task SkippedVerification_IsSkipped()
    {
        await using var server = await TestApiServer.StartAsync(Recording.Read("01").ReplayAsync, null, "elsewhere.example");
        using var client = server.Client(change: connection => connection with { Authorities = null, SkipsVerification = true });

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
        var clock = new ManualClock();
        using var client = server.Client(clock: clock, change: connection => connection with { Authorities = FileOrData.File(file, clock) });
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetVersionAsync(Cancellation));

        // The clock stands still: it is the failed handshake that makes the client look again.
        directory.Write("ca.crt", [.. old.Pem, (byte)'\n', .. server.Authority.Pem]);

        Assert.Equal(36, (await client.GetVersionAsync(Cancellation)).Minor);
    }

    [Fact]
    public async Task AWatch_OutlivesRotations()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestApiServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/version")
            {
                await Recording.Read("01").ReplayAsync(context);
                return;
            }

            await context.Response.Body.FlushAsync(context.RequestAborted);
            await more.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync(Recording.Read("05").Body, context.RequestAborted);
        });
        using var directory = new TemporaryDirectory();
        var file = directory.Write("ca.crt", server.Authority.Pem);
        var clock = new ManualClock();
        using var client = server.Client(clock: clock, change: connection => connection with { Authorities = FileOrData.File(file, clock) });
        await using var watch = client
            .WatchAsync(Kinds.Namespaces, null, new() { Silence = null }, Cancellation, open.SetResult)
            .GetAsyncEnumerator(Cancellation);
        var first = watch.MoveNextAsync();
        await open.Task.WaitAsync(Cancellation);

        for (var i = 0; i < 3; i++)
        {
            directory.Write("ca.crt", [.. Enumerable.Repeat((byte)'\n', i + 1), .. server.Authority.Pem]);
            clock.Advance(TimeSpan.FromSeconds(61));
            await client.GetVersionAsync(Cancellation);
        }

        more.SetResult();
        Assert.True(await first);
        Assert.Equal(WatchEventType.Added, watch.Current.Type);
    }

    [Theory]
    [InlineData("", "ca holds no certificate in PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "ca holds a certificate that cannot be read: ")]
    public async Task BrokenAuthorities_AreNamed(string pem, string message)
    {
        await using var server = await TestApiServer.ReplayAsync("01");
        using var client = server.Client(change: connection => connection with { Authorities = FileOrData.Data("ca", Encoding.UTF8.GetBytes(pem)) });

        var exception = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => client.GetVersionAsync(Cancellation));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClientCertificate_IsShownAndShownAnewWhenItRotates()
    {
        var seen = new List<string?>();
        await using var server = await TestApiServer.StartAsync(context =>
        {
            seen.Add(context.Connection.ClientCertificate?.Subject);
            return Recording.Read("01").ReplayAsync(context);
        });
        using var authority = new TestAuthority();
        using var directory = new TemporaryDirectory();
        using var first = authority.Issue("first");
        using var second = authority.Issue("second");
        var clock = new ManualClock();
        var credentials = new GivenCredentials
        {
            Certificate = FileOrData.File(directory.Write("tls.crt", first.ExportCertificatePem()), clock),
            Key = FileOrData.File(directory.Write("tls.key", first.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()), clock),
        };
        var connection = new KubernetesConnection(server.Address, "test", credentials) { Authorities = FileOrData.Data("ca", server.Authority.Pem) };
        using var client = new KubernetesClient(connection, clock);

        await client.GetVersionAsync(Cancellation);
        directory.Write("tls.crt", second.ExportCertificatePem());
        directory.Write("tls.key", second.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await client.GetVersionAsync(Cancellation);
        clock.Advance(TimeSpan.FromSeconds(61));
        await client.GetVersionAsync(Cancellation);

        Assert.Equal(["CN=first", "CN=first", "CN=second"], seen);
    }

    [Fact]
    public async Task ACertificateOfAnotherKey_IsNamed()
    {
        await using var server = await TestApiServer.ReplayAsync("01");
        using var authority = new TestAuthority();
        using var first = authority.Issue("first");
        using var second = authority.Issue("second");
        var credentials = new GivenCredentials
        {
            Certificate = FileOrData.Data("certificate", Encoding.UTF8.GetBytes(first.ExportCertificatePem())),
            Key = FileOrData.Data("key", Encoding.UTF8.GetBytes(second.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())),
        };
        using var client = new KubernetesClient(new KubernetesConnection(server.Address, "the test", credentials), TimeProvider.System);

        var exception = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => client.GetVersionAsync(Cancellation));

        Assert.StartsWith("the test: the client certificate and its key cannot be used: ", exception.Message, StringComparison.Ordinal);
    }
}
