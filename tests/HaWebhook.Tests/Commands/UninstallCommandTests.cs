using HaWebhook.ApiServer;

namespace HaWebhook.Tests.Commands;

public sealed class UninstallCommandTests : IDisposable
{
    private readonly string _kubeConfig = Path.GetTempFileName();

    public void Dispose() => File.Delete(_kubeConfig);

    [Fact]
    public async Task Both_configurations_go_and_nobody_elses()
    {
        await using var cluster = await StartAsync();
        cluster.AddWebhook(new("https://127.0.0.1:1"), cluster.CertificateAuthority, "guard");
        cluster.AddWebhook(new("https://127.0.0.1:1"), cluster.CertificateAuthority, "other");

        var result = await Cli.RunAsync("uninstall", "--webhook-configuration", "guard", "--kubeconfig", _kubeConfig);

        Assert.Equal("validatingwebhookconfigurations guard: removed\nmutatingwebhookconfigurations guard: removed\n", result.Output);
        Assert.Equal(0, result.ExitCode);
        foreach (var kind in (string[])["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"])
        {
            Assert.Null(cluster.Find("admissionregistration.k8s.io/v1", kind, null, "guard"));
            Assert.NotNull(cluster.Find("admissionregistration.k8s.io/v1", kind, null, "other"));
        }
    }

    [Fact]
    public async Task What_is_gone_already_is_no_error()
    {
        await using var cluster = await StartAsync();

        var result = await Cli.RunAsync("uninstall", "--kubeconfig", _kubeConfig);

        Assert.Equal("validatingwebhookconfigurations ha-webhook: not there\nmutatingwebhookconfigurations ha-webhook: not there\n", result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task One_that_may_not_be_removed_leaves_the_other_no_longer()
    {
        await using var cluster = await StartAsync();
        cluster.AddWebhook(new("https://127.0.0.1:1"), cluster.CertificateAuthority);
        cluster.Faults.Forbid("delete", "validatingwebhookconfigurations");

        var result = await Cli.RunAsync("uninstall", "--kubeconfig", _kubeConfig);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("validatingwebhookconfigurations", Assert.Single(result.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal("mutatingwebhookconfigurations ha-webhook: removed\n", result.Output);
    }

    [Fact]
    public async Task Without_a_server_it_says_so_in_a_line()
    {
        await using (await StartAsync())
        {
        }

        var result = await Cli.RunAsync("uninstall", "--kubeconfig", _kubeConfig);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("cannot be reached", Assert.Single(result.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private async Task<TestApiServer> StartAsync()
    {
        var cluster = await TestApiServer.StartAsync();
        await File.WriteAllTextAsync(_kubeConfig, cluster.Kubeconfig(), TestContext.Current.CancellationToken);
        return cluster;
    }
}
