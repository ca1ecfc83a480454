using System.Net;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.Kubernetes.Tests.Credentials;

/// <summary>A pod that asks the API server of its cluster.</summary>
public sealed class InClusterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _tokens = [];
    private string _valid = "one";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task APod_FindsServerAuthorityTokenAndNamespace(string address)
    {
        await using var server = await TestApiServer.StartAsync(AnswerAsync, IPAddress.Parse(address));
        using var client = new KubernetesClient(Connect(server, address), TimeProvider.System);

        Assert.Equal(36, (await client.GetVersionAsync(Cancellation)).Minor);
        Assert.Equal(["Bearer one"], _tokens);
        Assert.Equal(("in-cluster", "demo"), (client.Connection.Origin, client.Connection.Namespace));
    }

    [Fact]
    public async Task ATokenThatIsRefused_IsReadAgainAtOnceAndTriedOnce()
    {
        await using var server = await TestApiServer.StartAsync(AnswerAsync);
        using var client = new KubernetesClient(Connect(server, "127.0.0.1"), TimeProvider.System);
        await client.GetVersionAsync(Cancellation);

        _valid = "two";
        _directory.Write("token", "two");
        await client.GetVersionAsync(Cancellation);
        _valid = "three";
        var refused = await Assert.ThrowsAsync<KubernetesApiException>(() => client.GetVersionAsync(Cancellation));

        Assert.Equal(401, refused.Code);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer two", "Bearer two", "Bearer two"], _tokens);
    }

    [Theory]
    [InlineData("", "what holds it is empty")]
    [InlineData("a\nb", "New-line or NUL characters are not allowed in header values.")]
    public async Task WhatIsNoToken_IsNamed(string token, string message)
    {
        await using var server = await TestApiServer.StartAsync(AnswerAsync);
        using var client = new KubernetesClient(Connect(server, "127.0.0.1"), TimeProvider.System);
        _directory.Write("token", token);

        var exception = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => client.GetVersionAsync(Cancellation));

        Assert.Equal($"in-cluster: no token: {message}", exception.Message);
    }

    [Fact]
    public void WhatIsMissing_IsNamed()
    {
        Assert.Equal(
            "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this is no pod of a cluster",
            Assert.Throws<KubernetesConfigurationException>(() => InCluster.Connect(_ => null)).Message);
        Assert.Equal(
            $"{Path.Combine(_directory.Path, "token")} does not exist; the pod needs automountServiceAccountToken: true",
            Assert.Throws<KubernetesConfigurationException>(() => InCluster.Connect(_ => "1", _directory.Path)).Message);
        Assert.Equal(
            "KUBERNETES_SERVICE_HOST is 'a b' and KUBERNETES_SERVICE_PORT 'a b'; must be a host and a port",
            Assert.Throws<KubernetesConfigurationException>(() => InCluster.Connect(_ => "a b", _directory.Path)).Message);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        _tokens.Add(header);
        return Recording.Read(header == $"Bearer {_valid}" ? "01" : "22").ReplayAsync(context);
    }

    private KubernetesConnection Connect(TestApiServer server, string address)
    {
        _directory.Write("token", "one\n");
        _directory.Write("ca.crt", server.Authority.Pem);
        _directory.Write("namespace", "demo");
        return InCluster.Connect(
            name => name == "KUBERNETES_SERVICE_HOST" ? address : server.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), _directory.Path);
    }
}
