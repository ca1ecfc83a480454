using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using HaWebhook.Admission;
using HaWebhook.Certificates;
using HaWebhook.Serving;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HaWebhook.Tests;

/// <summary>The server as <c>serve</c> makes it, on free ports of this machine, and a client that trusts it.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly CancellationTokenSource _stopNow = new();
    private Task _draining = Task.CompletedTask;
    private readonly Lazy<HttpClient> _client;

    private RunningServer(IHost host, LogLines log)
    {
        _host = host;
        Log = log;
        var addresses = host.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        Admission = new Uri(addresses.Single(address => address.StartsWith("https:", StringComparison.Ordinal)));
        Health = new Uri(addresses.Single(address => address.StartsWith("http:", StringComparison.Ordinal)));
        _client = new(CreateClient);
    }

    public Uri Admission { get; }

    public Uri Health { get; }

    /// <summary>A client that trusts what is shown at its first use.</summary>
    public HttpClient Client => _client.Value;

    /// <summary>What the server logged.</summary>
    public LogLines Log { get; }

    /// <summary>What new connections are shown.</summary>
    public X509Certificate2 Certificate => _host.Services.GetRequiredService<IServingCertificate>().Current!.TargetCertificate;

    /// <summary>What the server has taken on.</summary>
    internal ReviewLimits Limits => _host.Services.GetRequiredService<ReviewLimits>();

    /// <summary>The connections to the webhooks.</summary>
    internal AdmissionConnections Connections => _host.Services.GetRequiredService<AdmissionConnections>();

    internal static async Task<RunningServer> StartAsync(
        ServingOptions? options = null, TimeProvider? clock = null, Kubernetes.KubernetesConnection? cluster = null)
    {
        var log = new LogLines();
        var host = AdmissionServer.CreateHostBuilder((options ?? new()) with { Port = 0, HealthPort = 0 }, clock ?? new FixedClock(), cluster)
            .ConfigureLogging(logging => logging.ClearProviders().AddProvider(log))
            .Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new RunningServer(host, log);
    }

    /// <summary>A client with connections of its own.</summary>
    public HttpClient CreateClient()
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationTimeIgnored = false,
            VerificationTime = Certificate.NotBefore.AddHours(1),
        };
        trust.CustomTrustStore.Add(Certificate);
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = trust;
        return new HttpClient(handler) { BaseAddress = Admission };
    }

    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string contentType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await Client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    /// <summary>A bare TLS connection to the webhooks, whatever certificate they show.</summary>
    public async Task<SslStream> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Admission.Port, TestContext.Current.CancellationToken);
        var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, TestContext.Current.CancellationToken);
        return tls;
    }

    /// <summary>Waits until something holds that follows by itself.</summary>
    public async Task UntilAsync(Func<RunningServer, bool> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (!holds(this))
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    /// <summary>Drains as at a signal, and then stops.</summary>
    public Task DrainAsync(PosixSignal signal = PosixSignal.SIGTERM) => _draining = RunDrainAsync(signal);

    /// <summary>Stops at once.</summary>
    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }

        await _stopNow.CancelAsync();
        await _draining;
        await StopAsync();
        _host.Dispose();
        _stopNow.Dispose();
    }

    private async Task RunDrainAsync(PosixSignal signal)
    {
        await _host.Services.GetRequiredService<Drain>().RunAsync(signal, _stopNow.Token);
        await StopAsync();
    }
}
