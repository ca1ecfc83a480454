using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Tests.Certificates;

public sealed class TlsTests
{
    [Theory]
    [InlineData(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_256_GCM_SHA384, true)]
    [InlineData(SslProtocols.Tls13, TlsCipherSuite.TLS_AES_128_GCM_SHA256, true)]
    [InlineData(SslProtocols.Tls13, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, true)]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, true)]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, true)]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, true)]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384, false)]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, false)]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, false)]
    [InlineData(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, false)]
    public async Task Only_authenticated_encryption_is_accepted(SslProtocols version, TlsCipherSuite suite, bool isAccepted)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There the system decides about cipher suites.");
        await using var server = await RunningServer.StartAsync();
        var client = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = version,
            CipherSuitesPolicy = SuiteOf(suite),
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        };
        Assert.True(await CanAgreeAsync(await ConnectAsync(server.Admission.Port), client) == isAccepted);
        Assert.True(await CanAgreeWithAnyServerAsync(server.Certificate, client, SuiteOf(suite)), "the client itself cannot do this");
    }

    [Theory]
    [InlineData(0x03, 0x16)]
    [InlineData(0x02, 0x15)]
    [InlineData(0x01, 0x15)]
    [InlineData(0x00, 0x15)]
    public async Task Versions_before_1_2_are_refused(byte minor, byte answer)
    {
        await using var server = await RunningServer.StartAsync();
        using var connection = await ConnectAsync(server.Admission.Port);
        var stream = connection.GetStream();
        await stream.WriteAsync(Hello(minor), TestContext.Current.CancellationToken);
        var record = new byte[7];
        await stream.ReadExactlyAsync(record, TestContext.Current.CancellationToken);
        Assert.Equal(answer, record[0]);
        if (answer == 0x15)
        {
            // Alerts: 70 is protocol_version, 40 handshake_failure.
            Assert.Contains(record[6], (byte[])[70, 40]);
        }
    }

    [Fact]
    public async Task HTTP_1_1_is_what_is_spoken()
    {
        await using var server = await RunningServer.StartAsync();
        using var connection = await ConnectAsync(server.Admission.Port);
        await using var tls = new SslStream(connection.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            },
            TestContext.Current.CancellationToken);
        Assert.Equal(SslApplicationProtocol.Http11, tls.NegotiatedApplicationProtocol);
        Assert.Equal(SslProtocols.Tls13, tls.SslProtocol);
    }

    private static CipherSuitesPolicy SuiteOf(TlsCipherSuite suite) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : new CipherSuitesPolicy([suite]);

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<bool> CanAgreeAsync(TcpClient connection, SslClientAuthenticationOptions client)
    {
        using (connection)
        {
            await using var tls = new SslStream(connection.GetStream());
            try
            {
                await tls.AuthenticateAsClientAsync(client, TestContext.Current.CancellationToken);
                return true;
            }
            catch (Exception exception) when (exception is AuthenticationException or IOException)
            {
                return false;
            }
        }
    }

    /// <summary>Whether the client agrees with a server that takes whatever .NET takes.</summary>
    private static async Task<bool> CanAgreeWithAnyServerAsync(
        X509Certificate2 certificate, SslClientAuthenticationOptions client, CipherSuitesPolicy suites)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var accepted = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await using var tls = new SslStream(accepted.GetStream());
            var options = new SslServerAuthenticationOptions { ServerCertificate = certificate, CipherSuitesPolicy = suites };
            await tls.AuthenticateAsServerAsync(options, TestContext.Current.CancellationToken);
        });
        var agreed = await CanAgreeAsync(await ConnectAsync(((IPEndPoint)listener.LocalEndpoint).Port), client);
        await serving.ContinueWith(_ => { }, TaskScheduler.Default);
        return agreed;
    }

    /// <summary>The first message of a client that knows no later version (RFC 5246, 7.4.1.2), with suites of both kinds.</summary>
    private static byte[] Hello(byte minor)
    {
        byte[] suites = [0xC0, 0x2C, 0xC0, 0x2B, 0xC0, 0x0A, 0xC0, 0x09, 0x00, 0xFF];
        byte[] extensions =
        [
            0x00, 0x0A, 0x00, 0x04, 0x00, 0x02, 0x00, 0x17,
            0x00, 0x0B, 0x00, 0x02, 0x01, 0x00,
            0x00, 0x0D, 0x00, 0x04, 0x00, 0x02, 0x04, 0x03,
        ];
        byte[] body = [0x03, minor, .. new byte[32], 0x00, 0x00, (byte)suites.Length, .. suites, 0x01, 0x00, 0x00, (byte)extensions.Length, .. extensions];
        byte[] message = [0x01, 0x00, 0x00, (byte)body.Length, .. body];
        return [0x16, 0x03, Math.Min(minor, (byte)1), 0x00, (byte)message.Length, .. message];
    }
}
