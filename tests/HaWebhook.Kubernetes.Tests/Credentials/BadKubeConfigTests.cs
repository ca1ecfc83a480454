namespace HaWebhook.Kubernetes.Tests.Credentials;

/// <summary>Kubeconfigs that are refused, with a word about why and where.</summary>
public sealed class BadKubeConfigTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _environment = new() { ["PATH"] = "/bin" };

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("", "FILE is empty")]
    [InlineData("a: [", "FILE:2: no kubeconfig: ")]
    [InlineData("a: b: c", "FILE:1: no kubeconfig: ")]
    [InlineData("- a", "FILE:1: no kubeconfig: ")]
    [InlineData("contexts: []", "FILE has no current-context; it has no contexts")]
    [InlineData("contexts: [{name: a}, {name: b}]", "FILE has no current-context; contexts are: a, b")]
    [InlineData("current-context: c\ncontexts: [{name: a}, {name: b}]", "FILE has no context 'c'; contexts are: a, b")]
    [InlineData("current-context: a\ncontexts: {a: b}", "FILE:2: no kubeconfig: ")]
    [InlineData("current-context: a\ncontexts: [a]", "FILE:2: no kubeconfig: ")]
    [InlineData("current-context: a\ncontexts:\n- name: a", "FILE: the context 'a' says nothing: it has no field context")]
    [InlineData("current-context: a\ncontexts:\n- {name: a, context: {user: u}}", "FILE: the context 'a' names no cluster")]
    [InlineData("current-context: a\ncontexts:\n- {name: a, context: {cluster: c}}\nclusters: [{name: d}]", "FILE has no cluster 'c'; clusters are: d")]
    [InlineData("current-context: a\ncontexts:\n- {name: a, context: {cluster: c, user: u}}\nclusters: [{name: c, cluster: {server: \"https://a\"}}]",
        "FILE has no user 'u'; it has no users")]
    public void AFileThatIsWrong_IsNamed(string text, string message) => Refuses(text, message);

    [Theory]
    [InlineData("auth-provider: {name: gcp}", "FILE: the user 'u' has an auth-provider, which is not supported; use a credential command (exec)")]
    [InlineData("token: a\n    username: b", "FILE: the user 'u' has token and username; must have one of them")]
    [InlineData("token: a\n    exec: {apiVersion: client.authentication.k8s.io/v1, command: x}", "FILE: the user 'u' has token and exec; must have one of them")]
    [InlineData("token: [a]", "FILE:7: no kubeconfig: ")]
    [InlineData("client-certificate: a", "FILE: the user 'u' has a client-certificate without a client-key")]
    [InlineData("client-key-data: YQ==", "FILE: the user 'u' has a client-key without a client-certificate")]
    [InlineData("client-certificate-data: '%'\n    client-key-data: '%'", "FILE, context a: the client certificate and its key cannot be used: *")]
    [InlineData("token: a\n    as-groups: [a]", "FILE: the user 'u' impersonates without a user name; must have the field as")]
    [InlineData("exec: {command: x}", "FILE: the credential command (exec) of the user 'u' has no apiVersion")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1beta1}", "FILE: the credential command (exec) of the user 'u' has no command")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, args: y}", "FILE:7: no kubeconfig: ")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: sh, env: [{nmae: y, value: s3cret}]}",
        "FILE: the credential command (exec) of the user 'u' has an environment variable (env) without a name")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: nowhere, installHint: get it from example}",
        "FILE: the credential command (exec) of the user 'u' is 'nowhere', which is nowhere in PATH; get it from example")]
    public void AUserThatIsWrong_IsNamed(string user, string message) => Refuses(KubeConfigText.WithUser(user), message);

    [Theory]
    [InlineData("certificate-authority: a", "FILE: the cluster 'c' has no server")]
    [InlineData("server: dev.example", "FILE: the server of the cluster 'c' is 'dev.example'; must be an address that starts with https:// or http://")]
    [InlineData("server: \"https://a\", proxy-url: \"ftp://b\"",
        "FILE: the proxy-url of the cluster 'c' is 'ftp://b'; must be an address that starts with http:// or https:// or socks5://")]
    [InlineData("server: \"https://a\", proxy-url: \"ftp://u:s3cret@b\"",
        "FILE: the proxy-url of the cluster 'c' is '...'; must be an address that starts with http:// or https:// or socks5://")]
    [InlineData("server: \"https://a\", tls-server-name: \"a b\"", "FILE: the tls-server-name of the cluster 'c' is 'a b'; must be the name of a server")]
    [InlineData("server: \"https://a\", insecure-skip-tls-verify: maybe", "FILE:1: no kubeconfig: ")]
    [InlineData("server: \"https://a\", insecure-skip-tls-verify: true, certificate-authority-data: AUTHORITY",
        "FILE: the cluster 'c' has insecure-skip-tls-verify beside a certificate authority; must have one or the other")]
    [InlineData("server: \"https://a\", certificate-authority: nowhere", "FILE: the certificate authority of the cluster 'c' cannot be read: Could not find file '*")]
    [InlineData("server: \"https://a\", certificate-authority-data: '%'", "FILE: the certificate authority of the cluster 'c' cannot be read: The input is not a valid Base-64 string *")]
    [InlineData("server: \"https://a\", certificate-authority-data: YQ==", "FILE, context a: the certificate authority holds no certificate in PEM")]
    public void AClusterThatIsWrong_IsNamed(string cluster, string message)
    {
        using var authority = new TestAuthority();
        var text = cluster.Replace("AUTHORITY", Convert.ToBase64String(authority.Pem), StringComparison.Ordinal);
        Refuses($"clusters: [{{name: c, cluster: {{{text}}} }}]\ncurrent-context: a\ncontexts: [{{name: a, context: {{cluster: c}}}}]", message);
    }

    [Fact]
    public void DepthsThatNobodyWrites_AreRefused() => Refuses(new string('[', 100_000), "FILE:1: nested more than 100 deep");

    /// <summary>Found by fuzzing: YamlDotNet throws other exceptions than its own, and names hold what is no line.</summary>
    [Theory]
    [InlineData("contexts: [{{name: exec, context: {cluster: c, user: u}}]\nclusters:\n- name: c", "FILE:1: no kubeconfig: ")]
    [InlineData("current-context: \"a\\nb\"", "FILE has no context 'a b'; it has no contexts")]
    public void WhatIsNoLine_IsToldInOne(string text, string message) => Refuses(text, message);

    [Fact]
    public void ALongName_IsCut()
    {
        var exception = Assert.Throws<KubernetesConfigurationException>(() => Load(_directory.Write("config", $"current-context: {new string('a', 100_000)}")));

        Assert.InRange(exception.Message.Length, 1_000, 1_100);
    }

    [Fact]
    public void ADirectory_IsNoFileThatIsMissing() =>
        Assert.Equal(
            $"{_directory.Path} cannot be read: it is a directory",
            Assert.Throws<KubernetesConfigurationException>(() => Load(_directory.Path)).Message);

    [Fact]
    public void AFileThatIsMissing_IsNamed()
    {
        var file = Path.Combine(_directory.Path, "nowhere");
        _environment["KUBECONFIG"] = file;

        Assert.Equal($"no kubeconfig: {file}: no such file", Assert.Throws<KubernetesConfigurationException>(() => Load(file)).Message);
        Assert.Equal($"no kubeconfig: {file}: no such file", Assert.Throws<KubernetesConfigurationException>(() => Load(null)).Message);
        _environment.Clear();
        Assert.Equal(
            "no kubeconfig: KUBECONFIG is not set and there is no home directory",
            Assert.Throws<KubernetesConfigurationException>(() => Load(null)).Message);
    }

    [Fact]
    public async Task ATokenFileThatIsMissing_IsNamedWhenItIsNeeded()
    {
        var connection = Load(_directory.Write("config", KubeConfigText.WithUser("tokenFile: nowhere")));

        var exception = await Assert.ThrowsAsync<KubernetesConfigurationException>(
            () => TestApiServer.HeaderOf(connection));

        Assert.Equal($"{connection.Origin}: no token: Could not find file '{Path.Combine(_directory.Path, "nowhere")}'.", exception.Message);
    }

    private void Refuses(string text, string message)
    {
        var file = _directory.Write("config", text);

        var exception = Assert.Throws<KubernetesConfigurationException>(() => Load(file));

        Assert.StartsWith(message.TrimEnd('*').Replace("FILE", file, StringComparison.Ordinal), exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        if (!message.EndsWith(' ') && !message.EndsWith('*'))
        {
            Assert.Equal(message.Replace("FILE", file, StringComparison.Ordinal), exception.Message);
        }
    }

    private KubernetesConnection Load(string? file, string? context = null) =>
        KubeConfig.Load(file, context, name => _environment.GetValueOrDefault(name));
}
