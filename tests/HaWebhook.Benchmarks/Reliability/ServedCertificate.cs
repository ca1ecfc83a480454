using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace HaWebhook.Benchmarks.Reliability;

/// <summary>What a replica shows to an API server that connects now.</summary>
/// <param name="Leaf">Its own certificate.</param>
/// <param name="Sent">What it sends along.</param>
internal sealed record ServedCertificate(X509Certificate2 Leaf, X509Certificate2Collection Sent)
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    /// <summary>Asks for it, by a handshake.</summary>
    /// <returns>Null where there is none: nobody listens, or the handshake fails.</returns>
    public static async Task<ServedCertificate?> ReadAsync(ServerProcess replica, CancellationToken cancellationToken)
    {
        ServedCertificate? shown = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_limit);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, replica.Address.Port, limit.Token);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = ThrowAwayCertificate.ServiceHost,
                    AllowTlsResume = false,
                    RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                    {
                        shown = new(X509CertificateLoader.LoadCertificate(certificate!.Export(X509ContentType.Cert)), [.. chain!.ChainPolicy.ExtraStore]);
                        return certificate is not null;
                    },
                },
                limit.Token);
            return shown;
        }
        catch (Exception exception) when (exception is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
