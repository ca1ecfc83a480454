using System.Text.Json;
using HaWebhook.Kubernetes.Credentials;

namespace HaWebhook.Kubernetes.Tests.Credentials;

/// <summary>Commands that print credentials: real ones, run by the shell.</summary>
public sealed class ExecPluginTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task ACredential_IsKeptUntilItExpires()
    {
        var credentials = Plugin("""
            echo x >> calls
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t%s","expirationTimestamp":"2026-11-20T12:10:00Z"}}' "$(wc -l < calls | tr -d ' ')"
            """);

        var first = await credentials.GetAsync(Cancellation);
        _clock.Advance(TimeSpan.FromMinutes(9));
        var second = await credentials.GetAsync(Cancellation);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var third = await credentials.GetAsync(Cancellation);

        Assert.Equal("Bearer t1", first.Authorization!.ToString());
        Assert.Same(first, second);
        Assert.Equal("Bearer t2", third.Authorization!.ToString());
    }

    [Fact]
    public async Task ARefusedCredential_IsAskedForAgainOnce()
    {
        var credentials = Plugin("""
            echo x >> calls
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t%s"}}' "$(wc -l < calls | tr -d ' ')"
            """);

        var first = await credentials.GetAsync(Cancellation);
        credentials.Refuse(first);
        var second = await credentials.GetAsync(Cancellation);
        credentials.Refuse(first);
        var third = await credentials.GetAsync(Cancellation);

        Assert.Equal("Bearer t2", second.Authorization!.ToString());
        Assert.Same(second, third);
    }

    [Fact]
    public async Task Many_WaitForOneCommand()
    {
        var credentials = Plugin("""
            echo x >> calls
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'
            """);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await credentials.GetAsync(Cancellation)));

        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(_directory.Path, "calls"), Cancellation));
    }

    [Fact]
    public async Task TheCommand_IsToldWhatItNeeds()
    {
        var credentials = Plugin(
            """
            printf '%s' "$KUBERNETES_EXEC_INFO" > info
            printf '%s|%s|%s' "$1" "$2" "$PROFILE" > arguments
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":"c","clientKeyData":"k"}}'
            """,
            more: "env: [{name: PROFILE, value: dev}], provideClusterInfo: true");

        var credential = await credentials.GetAsync(Cancellation);

        Assert.Equal(("c", "k"), (System.Text.Encoding.UTF8.GetString(credential.Certificate!), System.Text.Encoding.UTF8.GetString(credential.Key!)));
        Assert.Equal("get token|--x|dev", await File.ReadAllTextAsync(Path.Combine(_directory.Path, "arguments"), Cancellation));
        Assert.Equal(
            """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"https://a","certificate-authority-data":"Y2E=","config":{"audience":"x","depth":[1,true,"1"]}}}}""",
            await File.ReadAllTextAsync(Path.Combine(_directory.Path, "info"), Cancellation));
    }

    [Fact]
    public async Task WithoutTheWish_NothingIsSaidOfTheCluster()
    {
        var credentials = Plugin("""
            printf '%s' "$KUBERNETES_EXEC_INFO" > info
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'
            """);

        await credentials.GetAsync(Cancellation);

        using var info = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_directory.Path, "info"), Cancellation));
        Assert.False(info.RootElement.GetProperty("spec").TryGetProperty("cluster", out _));
    }

    [Theory]
    [InlineData("echo 'log in first' >&2; exit 3", "ended with exit code 3: log in first")]
    [InlineData("echo hello", "printed no JSON: *")]
    [InlineData("echo '{}'", "printed no apiVersion and no kind; must be client.authentication.k8s.io/v1 ExecCredential")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential"}'""",
        "printed client.authentication.k8s.io/v1beta1 ExecCredential; must be client.authentication.k8s.io/v1 ExecCredential")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}'""", "printed no status")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientKeyData":"k"}}'""",
        "printed neither a token nor a client certificate with its key")]
    public async Task ACommandThatFails_IsNamed(string script, string message)
    {
        var credentials = Plugin(script);

        var exception = await Assert.ThrowsAsync<KubernetesConfigurationException>(async () => await credentials.GetAsync(Cancellation));

        var start = $"{Path.Combine(_directory.Path, "config")}:4: users[0].user.exec: sh ";
        Assert.StartsWith(start + message.TrimEnd('*'), exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public async Task ACommandThatIsMissing_ComesWithItsHint()
    {
        var credentials = Load("./nowhere", "installHint: get it from example");

        var exception = await Assert.ThrowsAsync<KubernetesConfigurationException>(async () => await credentials.GetAsync(Cancellation));

        Assert.Contains("/nowhere cannot be started: ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("; get it from example", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACommandThatHangs_IsEnded()
    {
        var credentials = Plugin("echo $$ > pid; exec sleep 600");
        var asking = credentials.GetAsync(Cancellation).AsTask();
        var file = Path.Combine(_directory.Path, "pid");
        while (!File.Exists(file) || (await File.ReadAllTextAsync(file, Cancellation)).Length == 0)
        {
            await Task.Delay(5, Cancellation);
        }

        _clock.Advance(TimeSpan.FromMinutes(1));

        var exception = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => asking);
        Assert.EndsWith("did not end within 60 s", exception.Message, StringComparison.Ordinal);
    }

    private ICredentials Plugin(string script, string more = "")
    {
        var file = _directory.Write("plugin", $"cd '{_directory.Path}'\n{script}\n");
        return Load("sh", $"args: [{file}, get token, --x], {more}");
    }

    private ICredentials Load(string command, string more)
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
                certificate-authority-data: Y2E=
                extensions:
                - name: client.authentication.k8s.io/exec
                  extension: {audience: x, depth: [1, true, "1"]}
            """);
        return KubeConfig.Load(config, null, name => name == "PATH" ? "/nowhere" : null, _clock).Credentials;
    }
}
