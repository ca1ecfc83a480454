using HaWebhook.Kubernetes.Credentials;

namespace HaWebhook.Kubernetes.Tests.Credentials;

/// <summary>Commands that print credentials: real ones, run by the shell.</summary>
public sealed class CredentialCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task ACredential_IsKeptUntilItIsRefused()
    {
        var identity = Command("""
            echo x >> calls
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t%s"}}' "$(wc -l < calls | tr -d ' ')"
            """);
        var known = identity.Known;

        Assert.Equal("t1", known.Configuration.AccessToken);
        Assert.Same(known, await identity.GetAsync(Cancellation));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => identity.RefuseAsync(known, Cancellation)));
        Assert.Equal("t2", identity.Known.Configuration.AccessToken);
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(_directory.Path, "calls"), Cancellation)).Length);
    }

    [Fact]
    public async Task TheCommand_IsToldWhatItNeeds()
    {
        _ = Command(
            """
            printf '%s' "$KUBERNETES_EXEC_INFO" > info
            printf '%s|%s|%s|%s|%s' "$1" "$2" "$3" "$4" "$PROFILE" > arguments
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'
            """,
            more: "env: [{name: PROFILE, value: dev}], provideClusterInfo: true");

        Assert.Equal("""get token|--x|a"b\ c\|\"|dev""", await File.ReadAllTextAsync(Path.Combine(_directory.Path, "arguments"), Cancellation));
        Assert.Equal(
            """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"https://a","config":{"audience":"x","depth":[1,true,"1"]}}}}""",
            await File.ReadAllTextAsync(Path.Combine(_directory.Path, "info"), Cancellation));
    }

    [Fact]
    public async Task WithoutTheWish_NothingIsSaidOfTheCluster()
    {
        _ = Command("""
            printf '%s' "$KUBERNETES_EXEC_INFO" > info
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'
            """);

        Assert.Equal(
            """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}""",
            await File.ReadAllTextAsync(Path.Combine(_directory.Path, "info"), Cancellation));
    }

    [Theory]
    [InlineData("exit 3")]
    [InlineData("echo hello")]
    [InlineData("echo '{}'")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential"}'""")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}'""")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientKeyData":"k"}}'""")]
    public void ACommandThatFails_IsToldInALine(string script)
    {
        var exception = Assert.Throws<KubernetesConfigurationException>(() => Command(script));

        Assert.StartsWith($"{Path.Combine(_directory.Path, "config")}: context a: /bin/sh: external exec failed ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.DoesNotContain("   at ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACommandThatIsMissing_ComesWithItsHint()
    {
        var exception = Assert.Throws<KubernetesConfigurationException>(() => Load("./nowhere", "installHint: get it from example"));

        Assert.Contains($"'{Path.Combine(_directory.Path, "./nowhere")}'", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("; get it from example", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatLiesInTheWorkingDirectory_IsNoCommand()
    {
        var name = $"ha-webhook-{Guid.NewGuid():N}";
        File.WriteAllText(name, "#!/bin/sh");
        try
        {
            var exception = Assert.Throws<KubernetesConfigurationException>(() => Load(name, "installHint: a"));

            Assert.EndsWith($"is '{name}', which is nowhere in PATH; a", exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(name);
        }
    }

    [Fact]
    public async Task ACommandThatTakesLong_KeepsNobodyWaiting()
    {
        var identity = Command("""
            if [ -f calls ]; then sleep 30; fi
            touch calls
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'
            """);
        using var patience = new CancellationTokenSource(50);

        await Assert.ThrowsAsync<TaskCanceledException>(() => identity.RefuseAsync(identity.Known, patience.Token));
    }

    /// <summary>What a cluster says of itself to a command is written as JSON, which knows no aliases.</summary>
    [Theory]
    [InlineData("&a [*a]")]
    [InlineData("&a {b: *a}")]
    [InlineData("[&a [x, x, x, x, x, x, x, x, x, x], &b [*a, *a, *a, *a, *a, *a, *a, *a], &c [*b, *b, *b, *b, *b, *b, *b], &d [*c, *c, *c, *c, *c], [*d, *d, *d, *d]]")]
    public void AliasesWithoutEnd_AreRefused(string extension)
    {
        var config = _directory.Write("config", $$"""
            current-context: a
            contexts: [{name: a, context: {cluster: c, user: u} }]
            clusters: [{name: c, cluster: {server: https://a, extensions: [{name: client.authentication.k8s.io/exec, extension: {{extension}} }]} }]
            users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: sh, interactiveMode: Never, provideClusterInfo: true} } }]
            """);

        var exception = Assert.Throws<KubernetesConfigurationException>(() => KubeConfig.Load(config, null, _ => "/bin"));

        Assert.Matches("stands for more than 10000 values, or for itself$|no kubeconfig: ", exception.Message);
    }

    private Identity Command(string script, string more = "")
    {
        var file = _directory.Write("plugin", $"cd '{_directory.Path}'\n{script}\n");
        return Load("sh", $$"""args: [{{file}}, get token, --x, 'a"b\ c\', '\"']{{(more.Length > 0 ? ", " : "")}}{{more}}""");
    }

    private Identity Load(string command, string more)
    {
        var config = _directory.Write("config", $$"""
            current-context: a
            contexts: [{name: a, context: {cluster: c, user: u} }]
            users:
            - {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: {{command}}, {{more}} } } }
            clusters:
            - name: c
              cluster:
                server: https://a
                extensions:
                - name: client.authentication.k8s.io/exec
                  extension: {audience: x, depth: [1, true, "1"]}
            """);
        return KubeConfig.Load(config, null, name => name == "PATH" ? "/nowhere:/bin" : null).Identity;
    }
}
