using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaWebhook.Kubernetes.Credentials;
using k8s;

namespace HaWebhook.Kubernetes.Connection;

/// <summary>The clients of the KubernetesClient package for one API server. Who shows something new, or trusts somebody new, has connections of its own.</summary>
internal sealed class ApiConnections(KubernetesConnection connection, KubernetesClientOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private Known? _known;
    private k8s.Kubernetes? _current;
    private k8s.Kubernetes? _previous;
    private bool _isDisposed;

    /// <summary>What sends a request as what is known says.</summary>
    public k8s.Kubernetes Get(Known known)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_current is not null && (_known == known || _known!.Reading > known.Reading))
            {
                return _current;
            }

            var created = Open(known);

            // Requests under way, watches among them, keep their connections to their end. Somebody may be about to send a request by what is
            // replaced now, but not by what was replaced the last time.
            _previous?.Dispose();
            (_previous, _current, _known) = (_current, created, known);
            return _current;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _current?.Dispose();
            _previous?.Dispose();
        }
    }

    private k8s.Kubernetes Open(Known known) => new(new KubernetesClientConfiguration
    {
        Host = connection.Server.AbsoluteUri,
        SkipTlsVerify = known.Configuration.SkipTlsVerify,
        TokenProvider = known.Configuration.TokenProvider,
        AccessToken = known.Configuration.AccessToken,
        Username = known.Configuration.Username,
        Password = known.Configuration.Password,
        UserAgent = options.UserAgent,

        // Whom to trust and what to show is set below: the package would also believe whom the system trusts, and show no intermediate certificates.
        FirstMessageHandlerSetup = handler => SetUp(handler, known),
    });

    private void SetUp(SocketsHttpHandler handler, Known known)
    {
        handler.ConnectTimeout = options.ConnectTimeout;

        // A redirect could lead a token astray, and the API server sends none.
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;

        // Warnings are sent as UTF-8.
        handler.ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8;
        handler.UseProxy = connection.Proxy is not null || connection.MayUseEnvironmentsProxy;
        handler.Proxy = ProxyOf(connection.Proxy);

        // Long enough to be reused, short enough to follow the addresses behind a name.
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(10);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60);
        handler.SslOptions.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        handler.SslOptions.ClientCertificateContext = known.Certificate;
        if (known.Authorities is { } authorities)
        {
            // Names are checked apart from it, and always. An authority of a cluster publishes no revocation lists, and nothing in a certificate may
            // make a client call elsewhere.
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }
    }

    /// <summary>.NET does not take name and password from the address, as others do, and would tell them in its errors.</summary>
    private static WebProxy? ProxyOf(Uri? address)
    {
        if (address is null)
        {
            return null;
        }

        var bare = new UriBuilder(address) { UserName = "", Password = "" }.Uri;
        var user = address.UserInfo.Split(':', 2);
        return new WebProxy(bare)
        {
            Credentials = address.UserInfo.Length == 0 ? null : new NetworkCredential(Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? "")),
        };
    }
}
