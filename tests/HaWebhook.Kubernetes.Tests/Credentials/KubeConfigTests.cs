using System.Security.Cryptography.X509Certificates;

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
            certificate-authority-data: AUTHORITY
            tls-server-name: kubernetes
            proxy-url: socks5://proxy.example:1080
            disable-compression: true
        users:
        - name: u-dev
          user: {token: abc}
        - name: u-prod
          user:
            client-certificate-data: CERTIFICATE
            client-key-data: KEY
            as: jane
            as-uid: "7"
            as-groups: [a, b]
            as-user-extra: {scopes/x: [view, edit]}
        """;

    private readonly TestAuthority _authority = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task TheCurrentContext_IsMeant()
    {
        _directory.Write("pki/ca.crt", _authority.Pem);
        var file = _directory.Write("config", Text());

        var connection = Load(file);

        Assert.Equal("https://dev.example:6443/", connection.Server.AbsoluteUri);
        Assert.Equal($"{file}, context dev", connection.Origin);
        Assert.Equal("shop", connection.Namespace);
        Assert.Equal("CN=test authority", Assert.Single(connection.Identity.Known.Authorities!).Subject);
        Assert.Equal("Bearer abc", await TestApiServer.HeaderOf(connection));
        Assert.Null(connection.Impersonation);
    }

    [Fact]
    public async Task ANamedContext_IsMeantInstead()
    {
        var connection = Load(_directory.Write("config", Text()), "prod");

        Assert.Equal("https://prod.example/k8s/c-1/", connection.Server.AbsoluteUri);
        Assert.Null(connection.Namespace);
        Assert.Equal("CN=test authority", Assert.Single(connection.Identity.Known.Authorities!).Subject);
        Assert.Equal("kubernetes", connection.TlsServerName);
        Assert.Equal("socks5://proxy.example:1080/", connection.Proxy!.AbsoluteUri);
        Assert.Equal("CN=jane", connection.Identity.Known.Certificate!.TargetCertificate.Subject);
        Assert.Null(await TestApiServer.HeaderOf(connection));
        Assert.Equal(
            ["Impersonate-User=jane", "Impersonate-Uid=7", "Impersonate-Group=a", "Impersonate-Group=b", "Impersonate-Extra-scopes%2Fx=view", "Impersonate-Extra-scopes%2Fx=edit"],
            connection.Impersonation!.Headers().Select(header => $"{header.Key}={header.Value}"));
    }

    [Fact]
    public async Task ANameThatDiffersInCase_IsAnother()
    {
        var connection = Load(_directory.Write("config", """
            current-context: dev
            contexts:
            - {name: DEV, context: {cluster: C, user: U}}
            - {name: dev, context: {cluster: c, user: u}}
            clusters:
            - {name: C, cluster: {server: "https://wrong.example"}}
            - {name: c, cluster: {server: "https://right.example"}}
            users:
            - {name: U, user: {token: wrong}}
            - {name: u, user: {token: right}}
            """));

        Assert.Equal("https://right.example/", connection.Server.AbsoluteUri);
        Assert.Equal("Bearer right", await TestApiServer.HeaderOf(connection));
    }

    [Fact]
    public async Task SeveralFiles_AreMergedAndTheFirstWins()
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
        Assert.Equal("Bearer of-first", await TestApiServer.HeaderOf(connection));
    }

    [Fact]
    public void WithoutAVariable_TheHomeDirectoryHasIt()
    {
        _environment["HOME"] = _directory.Path;
        _directory.Write("pki/ca.crt", _authority.Pem);
        _directory.Write(".kube/config", Text().Replace("pki/", "../pki/", StringComparison.Ordinal));

        Assert.Equal("dev.example", Load(null).Server.Host);
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("as: jane", null)]
    [InlineData("token: a\n    tokenFile: token", "Bearer from-file")]
    [InlineData("username: jane\n    password: secret", "Basic amFuZTpzZWNyZXQ=")]
    [InlineData("token: 12345", "Bearer 12345")]
    public async Task Credentials_AreRead(string user, string? header)
    {
        _directory.Write("token", "from-file\n");

        var connection = Load(_directory.Write("config", KubeConfigText.WithUser(user)));

        Assert.Equal(header, await TestApiServer.HeaderOf(connection));
    }

    [Fact]
    public async Task AContextWithoutUser_IsAnonymous()
    {
        var connection = Load(_directory.Write("config", """
            {"current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "c"}}], "clusters": [{"name": "c", "cluster": {"server": "http://localhost:8080"}}], "users": null}
            """));

        Assert.Null(await TestApiServer.HeaderOf(connection));
        Assert.Null(connection.Identity.Known.Certificate);
        Assert.Equal("http://localhost:8080/", connection.Server.AbsoluteUri);
    }

    [Fact]
    public async Task AContextThatIsCurrentLater_IsNotMeant()
    {
        const string text = """
            contexts: [{name: a, context: {cluster: a, user: u}}, {name: b, context: {cluster: b, user: v}}]
            clusters: [{name: a, cluster: {server: "https://a"}}, {name: b, cluster: {server: "https://b"}}]
            users: [{name: u, user: {token: of-a}}, {name: v, user: {token: of-b}}]
            current-context:
            """;
        var file = _directory.Write("config", text + " a");
        var connection = Load(file);

        _directory.Write("config", text.Replace("of-a", "of-a-again", StringComparison.Ordinal) + " b");
        await connection.Identity.RefuseAsync(connection.Identity.Known, TestContext.Current.CancellationToken);
        Assert.Equal("Bearer of-a-again", await TestApiServer.HeaderOf(connection));

        _directory.Write("config", text.Replace("https://a", "https://c", StringComparison.Ordinal) + " a");
        var exception = await Assert.ThrowsAsync<KubernetesConfigurationException>(
            () => connection.Identity.RefuseAsync(connection.Identity.Known, TestContext.Current.CancellationToken));
        Assert.Equal($"{file}, context a: the server is another one now, 'https://c/'; start anew to change to it", exception.Message);
        Assert.Equal("Bearer of-a-again", await TestApiServer.HeaderOf(connection));
    }

    private string Text()
    {
        using var jane = _authority.Issue("jane");
        return Good
            .Replace("AUTHORITY", Convert.ToBase64String(_authority.Pem), StringComparison.Ordinal)
            .Replace("CERTIFICATE", Base64(jane.ExportCertificatePem()), StringComparison.Ordinal)
            .Replace("KEY", Base64(jane.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal);
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private KubernetesConnection Load(string? file, string? context = null) =>
        KubeConfig.Load(file, context, name => _environment.GetValueOrDefault(name));
}
