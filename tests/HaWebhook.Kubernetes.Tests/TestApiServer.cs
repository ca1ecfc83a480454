using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Kubernetes.Tests;

/// <summary>A server on this machine, with real sockets and real TLS, that answers as a test wants.</summary>
internal sealed class TestApiServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly X509Certificate2 _certificate;

    private readonly ConcurrentDictionary<HttpContext, bool> _underWay;

    private TestApiServer(
        WebApplication server,
        X509Certificate2 certificate,
        TestAuthority authority,
        ConcurrentQueue<string> requests,
        ConcurrentDictionary<HttpContext, bool> underWay)
    {
        _underWay = underWay;
        _server = server;
        _certificate = certificate;
        Authority = authority;
        Requests = requests;
        Address = new Uri(server.Urls.Single());
    }

    public TestAuthority Authority { get; }

    public Uri Address { get; }

    /// <summary>The method, path and query of each request.</summary>
    public ConcurrentQueue<string> Requests { get; }

    /// <summary>Starts a server that always answers with a recording.</summary>
    public static Task<TestApiServer> ReplayAsync(string recording) => StartAsync(Recording.Read(recording).ReplayAsync);

    public static async Task<TestApiServer> StartAsync(Func<HttpContext, Task> answer, IPAddress? address = null, params string[] names)
    {
        var authority = new TestAuthority();
        var certificate = authority.Issue("server", names.Length > 0 ? names : ["127.0.0.1", "::1"]);
        var requests = new ConcurrentQueue<string>();
        var underWay = new ConcurrentDictionary<HttpContext, bool>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ResponseHeaderEncodingSelector = _ => System.Text.Encoding.UTF8);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address ?? IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        var server = builder.Build();
        server.Run(async context =>
        {
            requests.Enqueue($"{context.Request.Method} {new Uri(context.Request.GetEncodedUrl()).PathAndQuery}");
            underWay[context] = true;
            try
            {
                await answer(context);
            }
            catch (OperationCanceledException)
            {
                // The client left, or the connection was cut.
            }
            finally
            {
                underWay.TryRemove(context, out _);
            }
        });
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new TestApiServer(server, certificate, authority, requests, underWay);
    }

    /// <summary>A client that trusts this server.</summary>
    public KubernetesClient Client(KubernetesClientOptions? options = null, TimeProvider? clock = null, Action<KubernetesClientConfiguration>? change = null) =>
        new(Connection(change), clock ?? TimeProvider.System, options);

    /// <summary>The connection to this server.</summary>
    /// <param name="change">Called at each reading of the configuration.</param>
    public KubernetesConnection Connection(Action<KubernetesClientConfiguration>? change = null) => new("test", () =>
    {
        var configuration = new KubernetesClientConfiguration { Host = Address.AbsoluteUri, SslCaCerts = TestAuthority.Read(Authority.Pem) };
        change?.Invoke(configuration);
        return configuration;
    });

    /// <summary>What a request to a server of this connection shows; null for nothing.</summary>
    public static async Task<string?> HeaderOf(KubernetesConnection connection)
    {
        using var sender = new k8s.Kubernetes(connection.Identity.Known.Configuration);
        using var message = new HttpRequestMessage();
        await connection.Identity.Known.SignAsync(sender, message, TestContext.Current.CancellationToken);
        return message.Headers.Authorization?.ToString();
    }

    /// <summary>Cuts the connections of all requests under way.</summary>
    public void CutConnections()
    {
        foreach (var context in _underWay.Keys)
        {
            context.Abort();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Watches that a test left open would be waited for.
        CutConnections();
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
        _certificate.Dispose();
        Authority.Dispose();
    }
}
