using System.Net;
using System.Security.Authentication;
using System.Text;
using k8s;

namespace HaWebhook.Kubernetes.Connection;

/// <summary>Sets up the client of the KubernetesClient package.</summary>
internal static class ApiConnections
{
    /// <summary>A client that shows, and trusts, what the connection's identity says at that moment.</summary>
    /// <param name="connection">Which server, and as whom.</param>
    /// <param name="options">How patient to be.</param>
    /// <param name="measuring">Sees each request that goes out.</param>
    public static k8s.Kubernetes Open(KubernetesConnection connection, KubernetesClientOptions options, MeasuringHandler measuring)
    {
        var configuration = new KubernetesClientConfiguration
        {
            Host = connection.Server.AbsoluteUri,
            TlsServerName = connection.Identity.Configuration.TlsServerName,
            SkipTlsVerify = connection.Identity.Configuration.SkipTlsVerify,
            TokenProvider = connection.Identity,
            UserAgent = options.UserAgent,
            HttpClientTimeout = options.RequestTimeout,

            // A watch is a request without end: on one connection of HTTP/2 they would all break together.
            DisableHttp2 = true,
            FirstMessageHandlerSetup = handler => SetUp(handler, connection, options),
        };
        return new k8s.Kubernetes(configuration, new IdentityHandler(connection.Identity, connection.Impersonation), measuring);
    }

    private static void SetUp(SocketsHttpHandler handler, KubernetesConnection connection, KubernetesClientOptions options)
    {
        handler.ConnectTimeout = options.ConnectTimeout;

        // A redirect could lead a token astray, and the API server sends none.
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;

        // Warnings are sent as UTF-8.
        handler.ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8;
        handler.UseProxy = connection.Proxy is not null || connection.MayUseEnvironmentsProxy;
        handler.Proxy = connection.Proxy is null ? null : new WebProxy(connection.Proxy);

        // Long enough to be reused, short enough to follow the addresses behind a name.
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(10);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60);
        handler.SslOptions.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => connection.Identity.ClientCertificate();
        if (connection.Identity.HasAuthorities)
        {
            // Not the package's own check: that would also believe any authority that the system trusts.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => connection.Identity.Verify(certificate, chain, errors);
        }
    }
}
