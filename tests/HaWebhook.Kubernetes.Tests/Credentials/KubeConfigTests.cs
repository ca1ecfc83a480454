using HaWebhook.Kubernetes.Credentials;

namespace HaWebhook.Kubernetes.Tests.Credentials;

/// <summary>Kubeconfigs that are read: which file, which context, which credentials.</summary>
public sealed class KubeConfigTests : IDisposable
{
    private const string Good = """
        apiVersion: v1
        kind: Config
        current-context: dev
        preferences: {}
        contexts:
        - name: dev
          context: {cluster: c-dev, user: u-dev, namespace: shop}
        - name: prod
          context:
            cluster: c-prod
            user: u-prod
        clusters:
        - name: c-dev
          cluster: {server: "https://dev.example:6443", certificate-authority: pki/ca.crt}
        - name: c-prod
          cluster:
            server: https://prod.example/k8s/c-1
            certificate-authority-data: Y2E=
            tls-server-name: kubernetes
            proxy-url: socks5://proxy.example:1080
            disable-compression: true
        users:
        - name: u-dev
          user: {token: abc}
        - name: u-prod
          user:
            client-certificate-data: Y2VydA==
            client-key-data: a2V5
            as: jane
            as-uid: "7"
            as-groups: [a, b]
            as-user-extra: {scopes/x: [view, edit]}
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _environment = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task TheCurrentContext_IsMeant()
    {
        _directory.Write("pki/ca.crt", "authority");
        var file = _directory.Write("config", Good);

        var connection = Load(file);

        Assert.Equal("https://dev.example:6443/", connection.Server.AbsoluteUri);
        Assert.Equal($"{file}, context dev", connection.Origin);
        Assert.Equal("shop", connection.Namespace);
        Assert.Equal("authority"u8.ToArray(), await connection.Authorities!.ReadAsync(Cancellation));
        Assert.Equal("Bearer abc", (await connection.Credentials.GetAsync(Cancellation)).Authorization!.ToString());
        Assert.Null(connection.Impersonation);
    }

    [Fact]
    public async Task ANamedContext_IsMeantInstead()
    {
        var connection = Load(_directory.Write("config", Good), "prod");

        Assert.Equal("https://prod.example/k8s/c-1/", connection.Server.AbsoluteUri);
        Assert.Null(connection.Namespace);
        Assert.Equal("ca"u8.ToArray(), await connection.Authorities!.ReadAsync(Cancellation));
        Assert.Equal("kubernetes", connection.TlsServerName);
        Assert.Equal("socks5://proxy.example:1080/", connection.Proxy!.AbsoluteUri);
        var credential = await connection.Credentials.GetAsync(Cancellation);
        Assert.Equal("cert"u8.ToArray(), credential.Certificate);
        Assert.Equal("key"u8.ToArray(), credential.Key);
        Assert.Null(credential.Authorization);
        Assert.Equal(
            ["Impersonate-User=jane", "Impersonate-Uid=7", "Impersonate-Group=a", "Impersonate-Group=b", "Impersonate-Extra-scopes%2Fx=view", "Impersonate-Extra-scopes%2Fx=edit"],
            connection.Impersonation!.Headers().Select(header => $"{header.Key}={header.Value}"));
    }

    [Fact]
    public void SeveralFiles_AreMergedAndTheFirstWins()
    {
        var first = _directory.Write("first", """
            contexts:
            - {name: both, context: {cluster: c, user: u, namespace: first}}
            users:
            - {name: u, user: {token: of-first}}
            """);
        var second = _directory.Write("second", """
            current-context: both
            contexts:
            - {name: both, context: {cluster: other, user: other, namespace: second}}
            clusters:
            - {name: c, cluster: {server: "https://second.example"}}
            users:
            - {name: u, user: {username: of-second, password: x}}
            """);
        _environment["KUBECONFIG"] = string.Join(Path.PathSeparator, Path.Combine(_directory.Path, "missing"), "", first, second, first);

        var connection = Load(null);

        Assert.Equal("https://second.example/", connection.Server.AbsoluteUri);
        Assert.Equal("first", connection.Namespace);
        Assert.NotNull(((GivenCredentials)connection.Credentials).Token);
        Assert.Null(((GivenCredentials)connection.Credentials).UserName);
    }

    [Fact]
    public void WithoutAVariable_TheHomeDirectoryHasIt()
    {
        _environment["HOME"] = _directory.Path;
        _directory.Write(".kube/config", Good);

        Assert.Equal("dev.example", Load(null).Server.Host);
    }

    [Theory]
    [InlineData("token: a\n    tokenFile: token", "Bearer from-file")]
    [InlineData("username: jane\n    password: secret", "Basic amFuZTpzZWNyZXQ=")]
    [InlineData("token: 12345", "Bearer 12345")]
    public async Task Credentials_AreRead(string user, string header)
    {
        _directory.Write("token", "from-file\n");

        var connection = Load(_directory.Write("config", KubeConfigText.WithUser(user)));

        Assert.Equal(header, (await connection.Credentials.GetAsync(Cancellation)).Authorization!.ToString());
    }

    [Fact]
    public async Task AContextWithoutUser_IsAnonymous()
    {
        var connection = Load(_directory.Write("config", """
            {"current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "c"}}], "clusters": [{"name": "c", "cluster": {"server": "http://localhost:8080"}}], "users": null}
            """));

        Assert.Equal(new Credential(null, null, null), await connection.Credentials.GetAsync(Cancellation));
        Assert.Equal("http://localhost:8080/", connection.Server.AbsoluteUri);
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData("007", "7")]
    [InlineData("+7", "7")]
    [InlineData("7.0", "\"7.0\"")]
    [InlineData("true", "true")]
    [InlineData("\"true\"", "\"true\"")]
    public void WhatAClusterSaysOfItself_IsJson(string value, string json)
    {
        var file = ConfigNode.Parse("config", KubeConfigText.WithExtension(value))!;

        var plugin = ExecPlugin.Read(file.Items("users").Single().Field("user")!.Field("exec")!, file.Items("clusters").Single().Field("cluster")!, _ => null);

        Assert.Contains($"\"config\":{json}", plugin.Environment.Single().Value, StringComparison.Ordinal);
    }

    private KubernetesConnection Load(string? file, string? context = null) =>
        KubeConfig.Load(file, context, name => _environment.GetValueOrDefault(name), TimeProvider.System);
}
