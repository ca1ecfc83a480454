using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using HaWebhook.Kubernetes.Credentials;
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

    private TestApiServer(WebApplication server, X509Certificate2 certificate, TestAuthority authority, ConcurrentQueue<string> requests)
    {
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
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address ?? IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        var server = builder.Build();
        server.Run(context =>
        {
            requests.Enqueue($"{context.Request.Method} {new Uri(context.Request.GetEncodedUrl()).PathAndQuery}");
            return answer(context);
        });
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new TestApiServer(server, certificate, authority, requests);
    }

    /// <summary>A client that trusts this server.</summary>
    public KubernetesClient Client(
        KubernetesClientOptions? options = null, TimeProvider? clock = null, Func<KubernetesConnection, KubernetesConnection>? change = null)
    {
        var connection = new KubernetesConnection(Address, "test", new GivenCredentials()) { Authorities = FileOrData.Data("ca", Authority.Pem) };
        return new KubernetesClient(change?.Invoke(connection) ?? connection, clock ?? TimeProvider.System, options);
    }

    public async ValueTask DisposeAsync()
    {
        // Watches that a test left open would be waited for.
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
        await _server.StopAsync(now.Token);
        await _server.DisposeAsync();
        _certificate.Dispose();
        Authority.Dispose();
    }
}
