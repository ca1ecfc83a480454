using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HaWebhook.Kubernetes.Credentials;

namespace HaWebhook.Kubernetes.Connection;

/// <summary>The connections to one API server. They are made anew when a certificate rotates.</summary>
internal sealed class ApiConnections(KubernetesConnection connection, KubernetesClientOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private TlsFiles _files = new(null, null, null);
    private HttpMessageInvoker? _current;
    private HttpMessageInvoker? _previous;
    private bool _isDisposed;

    /// <summary>What sends a request with this credential.</summary>
    /// <exception cref="KubernetesConfigurationException">A certificate or key is missing or broken.</exception>
    public async ValueTask<HttpMessageInvoker> GetAsync(Credential credential, CancellationToken cancellation)
    {
        var authorities = connection.Authorities is null ? null : await connection.Authorities.ReadAsync(cancellation);
        var files = new TlsFiles(authorities, credential.Certificate, credential.Key);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_current is not null && files.IsSameAs(_files))
            {
                return _current;
            }

            var created = new HttpMessageInvoker(CreateHandler(files));

            // Requests under way, watches among them, keep their connections to their end. Somebody may be about to send a request by what is
            // replaced now, but not by what was replaced the last time.
            _previous?.Dispose();
            (_previous, _current, _files) = (_current, created, files);
            return _current;
        }
    }

    /// <summary>A handshake failed: the authorities are looked at again.</summary>
    public void RefuseAuthorities() => connection.Authorities?.Refuse();

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _current?.Dispose();
            _previous?.Dispose();
        }
    }

    private SocketsHttpHandler CreateHandler(TlsFiles files)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,

            // A redirect could lead a token astray, and the API server sends none.
            AllowAutoRedirect = false,
            UseCookies = false,

            // Warnings are sent as UTF-8.
            ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            UseProxy = connection.Proxy is not null || connection.MayUseEnvironmentsProxy,
            Proxy = connection.Proxy is null ? null : new WebProxy(connection.Proxy),

            // Long enough to be reused, short enough to follow the addresses behind a name.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
        };
        if (connection.SkipsVerification)
        {
#pragma warning disable CA5359 // The user's kubeconfig asks for it by name: insecure-skip-tls-verify.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (files.Authorities is not null)
        {
            handler.SslOptions.CertificateChainPolicy = files.Policy(connection.Authorities!.Name);
        }

        if (files.Client(connection.Origin) is { } certificate)
        {
            var others = new X509Certificate2Collection();
            others.ImportFromPem(Encoding.UTF8.GetString(files.Certificate!));
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, others, offline: true);
        }

        return handler;
    }
}
