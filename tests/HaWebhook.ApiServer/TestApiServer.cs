using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Admission;
using HaWebhook.ApiServer.Kinds;
using HaWebhook.ApiServer.Requests;
using HaWebhook.ApiServer.Serving;
using HaWebhook.ApiServer.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace HaWebhook.ApiServer;

/// <summary>
/// A double of the Kubernetes API server, in this process: real sockets, real TLS, no etcd, no controllers. See the README beside it for what it does and
/// does not. <see cref="StartAsync"/> makes one that listens on the loopback address; disposing it stops it.
/// </summary>
public sealed class TestApiServer : IAsyncDisposable
{
    /// <summary>The bearer token of <see cref="User.Admin"/>, accepted from the start.</summary>
    public const string AdminToken = "admin-token";

    private readonly ObjectStore _store = new();
    private readonly KindTable _kinds = new();
    private readonly ServerCertificate _certificates = new();
    private readonly ServiceRoutes _routes = new();
    private readonly ConcurrentQueue<WebhookCall> _calls = [];
    private readonly Authentication _authentication;
    private readonly WebhookClient _webhooks;
    private readonly Discovery _discovery;
    private readonly Writes _writes;
    private readonly WebApplication _application;

    private TestApiServer(int port)
    {
        _authentication = new(_certificates);
        _authentication.Accept(AdminToken, User.Admin);
        _webhooks = new(_routes, call => (WebhookCalled ?? _calls.Enqueue)(call));
        _discovery = new(_kinds);
        Faults = new(_store.Compact);
        var admission = new AdmissionChain(_store, _kinds, _webhooks);
        _writes = new(_store, _kinds, admission, TimeProvider.System);
        var scales = new ScaleResource(_store, admission);
        var authorizer = new Authorizer(Faults, Requests);
        var endpoint = new Endpoint(_authentication, _kinds, _discovery, _store, new(_store), new(_store, Faults), _writes,
            new(_store, _writes, scales, authorizer, TimeProvider.System), scales, authorizer, Faults, Requests);
        _application = Build(port, endpoint);
        foreach (var name in (ReadOnlySpan<string>)["default", "kube-node-lease", "kube-public", "kube-system"])
        {
            AddNamespace(name);
        }
    }

    /// <summary>The server's address, with its port.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The certificate authority that clients have to trust, as PEM.</summary>
    public string CertificateAuthority => _certificates.AuthorityPem;

    /// <summary>What goes wrong on purpose.</summary>
    public Faults Faults { get; }

    /// <summary>Every request since the start.</summary>
    public RequestLog Requests { get; } = new();

    /// <summary>Every call of a webhook since the start.</summary>
    public IReadOnlyList<WebhookCall> WebhookCalls => [.. _calls];

    /// <summary>Gets each call of a webhook instead of <see cref="WebhookCalls"/>, which under a long load would fill the memory; null keeps them there.</summary>
    public Action<WebhookCall>? WebhookCalled { get; set; }

    /// <summary>How many connections to webhooks are open and wait for a call.</summary>
    public int IdleWebhookConnections => _webhooks.IdleConnections;

    /// <summary>The newest resourceVersion.</summary>
    public long ResourceVersion => _store.Version;

    /// <summary>The version that the server gives itself; 1.36 unless set.</summary>
    public Version KubernetesVersion
    {
        get => _discovery.Version;
        set => _discovery.Version = value;
    }

    /// <summary>Starts a server.</summary>
    /// <param name="port">The port on the loopback address; 0 takes a free one.</param>
    public static async Task<TestApiServer> StartAsync(int port = 0)
    {
        var server = new TestApiServer(port);
        await server._application.StartAsync();
        var address = server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        server.Url = new(address);
        return server;
    }

    /// <summary>Lets a bearer token in.</summary>
    public void AddToken(string token, User user) => _authentication.Accept(token, user);

    /// <summary>Answers a bearer token with 401 from now on.</summary>
    public void ExpireToken(string token) => _authentication.Expire(token);

    /// <summary>A client certificate for a user, and its key, as PEM.</summary>
    public (string CertificatePem, string KeyPem) IssueClientCertificate(User user) => _certificates.IssueClient(user);

    /// <summary>Serves <c>keda.sh/v1alpha1 ScaledObject</c> from now on, as if its CustomResourceDefinition had been installed.</summary>
    public void ServeScaledObjects() => ServeCustomResource("keda.sh", "v1alpha1", "ScaledObject", "scaledobjects");

    /// <summary>Serves a namespaced custom resource from now on, with status, and with <c>scale</c> on <c>spec.replicas</c> where asked for.</summary>
    public void ServeCustomResource(string group, string version, string kind, string plural, bool scale = false)
        => _kinds.Add(new(group, version, kind, plural) { Custom = true, HasStatus = true, HasGeneration = true, HasScale = scale });

    /// <summary>Stores an object without asking any webhook, new or instead of the present one; watches see it.</summary>
    /// <param name="json">The object as JSON, with apiVersion, kind and metadata.name. A namespace that is not there is made.</param>
    /// <param name="manager">Who owns its fields.</param>
    /// <returns>The object as stored.</returns>
    public JsonObject Seed(string json, string manager = "seed")
    {
        var value = JsonNode.Parse(json)!.AsObject();
        var kind = _kinds.ByManifest(value.Text("apiVersion"), value.Text("kind"));
        if (kind.Namespaced)
        {
            value.Metadata().Default("namespace", "default");
            AddNamespace(value.Metadata().Text("namespace")!);
        }

        return _writes.Seed(kind, value, manager);
    }

    /// <summary>Makes a namespace where there is none; labels are set only then.</summary>
    public void AddNamespace(string name, params ReadOnlySpan<(string Key, string Value)> labels)
    {
        var kind = _kinds.ByManifest("v1", "Namespace");
        if (_store.Get(kind, null, name) is null)
        {
            var set = new JsonObject();
            foreach (var (key, value) in labels)
            {
                set[key] = value;
            }

            _writes.Seed(kind, new() { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = set } }, "kube-apiserver");
        }
    }

    /// <summary>An object as stored, or null.</summary>
    public JsonObject? Find(string apiVersion, string kind, string? @namespace, string name)
        => _store.Get(_kinds.ByManifest(apiVersion, kind), @namespace, name)?.ToJson();

    /// <summary>Removes an object without asking any webhook; watches see it.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string apiVersion, string kind, string? @namespace, string name)
        => _store.Get(_kinds.ByManifest(apiVersion, kind), @namespace, name) is { } stored && _store.TryRemove(stored) is not null;

    /// <summary>Says where the one pod of a Service listens, for webhooks that name the Service instead of a URL.</summary>
    public void RouteService(string @namespace, string service, string host, int port) => _routes.Set(@namespace, service, host, port);

    /// <summary>Adds a pod to a Service: of the new connections each goes to the next of its pods.</summary>
    public void AddBackend(string @namespace, string service, string host, int port) => _routes.Add(@namespace, service, host, port);

    /// <summary>
    /// Takes a pod from a Service: no new connection goes there, but those that are open stay in use until either side closes them, as on a real one.
    /// </summary>
    public void RemoveBackend(string @namespace, string service, string host, int port) => _routes.Remove(@namespace, service, host, port);

    /// <summary>
    /// Registers a webhook at <c>/mutate</c> and <c>/validate</c> for all that HaWebhook judges. Whoever needs other rules seeds configurations.
    /// </summary>
    /// <param name="url">Where it listens, without a path.</param>
    /// <param name="caPem">What to trust, as PEM.</param>
    /// <param name="name">The name of both configurations.</param>
    /// <param name="failurePolicy"><c>Fail</c> or <c>Ignore</c>.</param>
    /// <param name="timeoutSeconds">1 to 30.</param>
    public void AddWebhook(Uri url, string caPem, string name = "ha-webhook", string failurePolicy = "Fail", int timeoutSeconds = 10)
    {
        foreach (var configuration in WebhookRegistration.Configurations(url, caPem, name, failurePolicy, timeoutSeconds))
        {
            Seed(configuration);
        }
    }

    /// <summary>A kubeconfig that logs in with a token.</summary>
    public string Kubeconfig(string token = AdminToken, string @namespace = "default")
        => Serving.Kubeconfig.Text(Url, CertificateAuthority, token, @namespace);

    /// <summary>An HTTP client that trusts the server and sends a token; none where null.</summary>
    public HttpClient CreateClient(string? token = AdminToken)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPem(CertificateAuthority);
        var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
            UseProxy = false,
        })
        { BaseAddress = Url };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        return client;
    }

    /// <summary>Stops the server: watches end, connections close.</summary>
    public async ValueTask DisposeAsync()
    {
        Faults.StallWatches = false;
        Faults.CutConnections();
        await _application.DisposeAsync();
        _webhooks.Dispose();
        _certificates.Dispose();
    }

    private WebApplication Build(int port, Endpoint endpoint)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 3 * 1024 * 1024;
            // Warnings are UTF-8.
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
            // A watch may be silent for as long as it likes.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                listen.Use(next => connection => ConnectAsync(connection, next));
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = _certificates.Server;
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.AllowAnyClientCertificate();
                });
            });
        });
        var application = builder.Build();
        application.Run(endpoint.HandleAsync);
        return application;
    }

    private async Task ConnectAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (Faults.RefuseConnections)
        {
            connection.Abort();
            return;
        }

        using var registered = Faults.Connection(connection.Abort);
        await next(connection);
    }
}
