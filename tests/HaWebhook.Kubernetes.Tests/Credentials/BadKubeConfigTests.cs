namespace HaWebhook.Kubernetes.Tests.Credentials;

/// <summary>Kubeconfigs that are refused, with a word about why and where.</summary>
public sealed class BadKubeConfigTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _environment = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("", "FILE is empty")]
    [InlineData("a: [", "FILE:2: not YAML: ")]
    [InlineData("a: b: c", "FILE:1: not YAML: ")]
    [InlineData("a: 1\na: 2", "FILE:2: not YAML: ")]
    [InlineData("- a", "FILE:1 must be a mapping of fields")]
    [InlineData("contexts: []", "FILE has no current-context; it has no contexts")]
    [InlineData("contexts: [{name: a}, {name: b}]", "FILE has no current-context; contexts are: a, b")]
    [InlineData("current-context: c\ncontexts: [{name: a}, {name: b}]", "FILE has no context 'c'; contexts are: a, b")]
    [InlineData("current-context: a\ncontexts: {a: b}", "FILE:2: contexts must be a list")]
    [InlineData("current-context: a\ncontexts: [a]", "FILE:2: contexts[0] must be a mapping of fields")]
    [InlineData("current-context: a\ncontexts:\n- name: a", "FILE:3: contexts[0] has no context")]
    [InlineData("current-context: a\ncontexts:\n- {name: a, context: {user: u}}", "FILE:3: contexts[0].context names no cluster")]
    [InlineData("current-context: a\ncontexts:\n- {name: a, context: {cluster: c}}\nclusters: [{name: d}]",
        "FILE:3: contexts[0].context names the cluster 'c', which does not exist; clusters are: d")]
    [InlineData("current-context: a\ncontexts:\n- {name: a, context: {cluster: c, user: u}}\nclusters: [{name: c, cluster: {server: \"https://a\"}}]",
        "FILE:3: contexts[0].context names the user 'u', which does not exist; it has no users")]
    public void AFileThatIsWrong_IsNamedWithTheLine(string text, string message) => Refuses(text, message);

    [Theory]
    [InlineData("auth-provider: {name: gcp}", "FILE:7: users[0].user.auth-provider is not supported")]
    [InlineData("tokn: a", "FILE:7: users[0].user.tokn is not supported")]
    [InlineData("token: a\n    username: b", "FILE:7: users[0].user has token and username; must be one of them")]
    [InlineData("token: a\n    exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Never}", "FILE:7: users[0].user has token and exec; must be one of them")]
    [InlineData("token: [a]", "FILE:7: users[0].user.token must be text")]
    [InlineData("client-certificate: a", "FILE:7: users[0].user has a client-certificate without a client-key")]
    [InlineData("client-key-data: YQ==", "FILE:7: users[0].user has a client-key without a client-certificate")]
    [InlineData("client-key-data: '%'", "FILE:7: users[0].user.client-key-data is not base64")]
    [InlineData("as-groups: [a]", "FILE:7: users[0].user impersonates without a user name; must have the field as")]
    [InlineData("exec: {command: x}", "FILE:7: users[0].user.exec has no apiVersion; must be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}",
        "FILE:7: users[0].user.exec.apiVersion is 'client.authentication.k8s.io/v1alpha1'; must be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1, command: x}", "FILE:7: users[0].user.exec has no interactiveMode; must be Never, IfAvailable or Always")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}",
        "FILE:7: users[0].user.exec.interactiveMode is Always, which is not supported: the command has no terminal to ask on")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1beta1}", "FILE:7: users[0].user.exec has no command")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, args: y}", "FILE:7: users[0].user.exec.args must be a list")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, env: [{value: y}]}", "FILE:7: users[0].user.exec.env[0] has no name")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x, shell: true}", "FILE:7: users[0].user.exec.shell is not supported")]
    public void AUserThatIsWrong_IsNamedWithTheField(string user, string message) => Refuses(KubeConfigText.WithUser(user), message);

    [Theory]
    [InlineData("certificate-authority: a", "FILE:1: clusters[0].cluster has no server")]
    [InlineData("server: dev.example", "FILE:1: clusters[0].cluster.server is 'dev.example'; must be an address that starts with https:// or http://")]
    [InlineData("server: \"https://a\", proxy-url: \"ftp://b\"",
        "FILE:1: clusters[0].cluster.proxy-url is 'ftp://b'; must be an address that starts with http:// or https:// or socks5://")]
    [InlineData("server: \"https://a\", insecure-skip-tls-verify: yes", "FILE:1: clusters[0].cluster.insecure-skip-tls-verify is 'yes'; must be true or false")]
    [InlineData("server: \"https://a\", insecure-skip-tls-verify: true, certificate-authority: b",
        "FILE:1: clusters[0].cluster.insecure-skip-tls-verify is true beside a certificate authority; must be one or the other")]
    [InlineData("server: \"https://a\", api-version: v1", "FILE:1: clusters[0].cluster.api-version is not supported")]
    public void AClusterThatIsWrong_IsNamedWithTheField(string cluster, string message) =>
        Refuses($"clusters: [{{name: c, cluster: {{{cluster}}} }}]\ncurrent-context: a\ncontexts: [{{name: a, context: {{cluster: c}}}}]", message);

    [Fact]
    public void DepthsThatNobodyWrites_AreRefused() => Refuses(new string('[', 100_000), "FILE:1: nested more than 100 deep");

    /// <summary>Found by fuzzing: YamlDotNet throws other exceptions than its own, and names hold what is no line.</summary>
    [Theory]
    [InlineData("contexts: [{{name: exec, context: {cluster: c, user: u}}]\nclusters:\n- name: c", "FILE:1: not YAML: ")]
    [InlineData("current-context: \"a\\nb\"", "FILE has no context 'a b'; it has no contexts")]
    public void WhatIsNoLine_IsToldInOne(string text, string message) => Refuses(text, message);

    [Fact]
    public void ALongName_IsCut()
    {
        var exception = Assert.Throws<KubernetesConfigurationException>(() => Load(_directory.Write("config", $"current-context: {new string('a', 100_000)}")));

        Assert.InRange(exception.Message.Length, 1_000, 1_100);
    }

    /// <summary>What a cluster says of itself to a credential command is written as JSON, which knows no aliases.</summary>
    [Theory]
    [InlineData("&a [*a]")]
    [InlineData("&a {b: *a}")]
    [InlineData("[&a [x, x, x, x, x, x, x, x, x, x], &b [*a, *a, *a, *a, *a, *a, *a, *a], &c [*b, *b, *b, *b, *b, *b, *b], &d [*c, *c, *c, *c, *c], [*d, *d, *d, *d]]")]
    public void AliasesWithoutEnd_AreRefused(string extension)
    {
        var exception = Assert.Throws<KubernetesConfigurationException>(() => Load(_directory.Write("config", KubeConfigText.WithExtension(extension))));

        Assert.EndsWith("stands for more than 10000 values, or for itself", exception.Message, StringComparison.Ordinal);
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
    public async Task FilesThatAreNamedButMissing_AreNamed()
    {
        var connection = Load(_directory.Write("config", KubeConfigText.WithUser("tokenFile: nowhere")));

        var exception = await Assert.ThrowsAsync<KubernetesConfigurationException>(async () => await connection.Credentials.GetAsync(Cancellation));

        Assert.Equal($"{Path.Combine(_directory.Path, "nowhere")} does not exist", exception.Message);
    }

    private void Refuses(string text, string message)
    {
        var file = _directory.Write("config", text);

        var exception = Assert.Throws<KubernetesConfigurationException>(() => Load(file));

        Assert.StartsWith(message.Replace("FILE", file, StringComparison.Ordinal), exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        if (!message.EndsWith(' '))
        {
            Assert.Equal(message.Replace("FILE", file, StringComparison.Ordinal), exception.Message);
        }
    }

    private KubernetesConnection Load(string? file, string? context = null) =>
        KubeConfig.Load(file, context, name => _environment.GetValueOrDefault(name), TimeProvider.System);
}
