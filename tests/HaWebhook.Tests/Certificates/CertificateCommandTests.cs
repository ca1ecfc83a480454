using HaWebhook.Tests.Commands;

namespace HaWebhook.Tests.Certificates;

public sealed class CertificateCommandTests
{
    [Theory]
    [InlineData("--certificates must be files or self-managed, not 'cert-manager'", "--certificates", "cert-manager")]
    [InlineData("--certificates files goes with --tls-cert and --tls-key", "--certificates", "files")]
    [InlineData("--tls-cert and --tls-key come together or not at all", "--tls-cert", "a")]
    [InlineData("--certificates self-managed goes without --tls-cert and --tls-key", "--certificates", "self-managed", "--tls-cert", "a", "--tls-key", "b")]
    [InlineData("--client-name goes with --client-ca", "--client-name", "kube-apiserver")]
    [InlineData("--ca-lifetime must be a whole number with s, m, h or d, such as 30s or 24h, and at most 36500d, not '1y'", "--ca-lifetime", "1y")]
    [InlineData("--certificate-lifetime must be at least 5s", "--certificates", "self-managed", "--certificate-lifetime", "4s")]
    [InlineData("--ca-propagation must be at least 1s", "--certificates", "self-managed", "--ca-propagation", "0s")]
    [InlineData(
        "--certificate-lifetime must be at most half of --ca-lifetime: a certificate does not outlive its authority",
        "--certificates", "self-managed", "--ca-lifetime", "13d")]
    [InlineData(
        "--ca-lifetime must be at least 500s with --ca-propagation 60s: what is left of it when the next authority is made must be enough for API servers to trust that one",
        "--certificates", "self-managed", "--ca-lifetime", "499s", "--certificate-lifetime", "1m")]
    [InlineData(
        "--ca-lifetime must be at least 70s with --ca-propagation 6s: what is left of it when the next authority is made must be enough for API servers to trust that one",
        "--certificates", "self-managed", "--ca-lifetime", "60s", "--certificate-lifetime", "15s", "--ca-propagation", "6s")]
    [InlineData("--ca-secret must be a name of at most 253 lower-case letters, digits, hyphens and dots that starts and ends with a letter or digit, not 'A'", "--ca-secret", "A")]
    public async Task What_means_nothing_is_refused_in_one_line(string expected, params string[] arguments)
    {
        var result = await Cli.RunAsync(["serve", .. arguments]);
        Assert.Equal((2, $"ha-webhook: {expected}\nTry: ha-webhook serve --help\n"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task Self_managed_certificates_need_a_cluster()
    {
        var result = await Cli.RunAsync("serve", "--certificates", "self-managed", "--no-cluster");
        Assert.Equal(
            (2, "ha-webhook: --certificates self-managed needs a cluster: it does not go with --no-cluster\n"),
            (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task Authorities_of_callers_that_cannot_be_read_are_refused_at_the_start()
    {
        var file = Path.GetTempFileName();
        var result = await Cli.RunAsync("serve", "--no-cluster", "--port", "0", "--health-port", "0", "--client-ca", file, "--client-name", "a", "--client-name", "b");
        File.Delete(file);
        Assert.Equal(2, result.ExitCode);
        Assert.EndsWith(
            $"ha-webhook: {file}: holds no certificates in PEM; --client-ca needs those of the authorities that sign client certificates\n", result.Errors, StringComparison.Ordinal);
    }
}
