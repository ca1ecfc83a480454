using System.Net;
using HaWebhook.Tests.Cluster;
using HaWebhook.Verification;

namespace HaWebhook.Tests.Commands;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly string _kubeConfig = Path.GetTempFileName();

    public void Dispose() => File.Delete(_kubeConfig);

    [Fact]
    public async Task In_Enforce_the_bad_Deployment_is_refused()
    {
        await using var cluster = await LivingCluster.StartAsync();

        var result = await VerifyAsync(cluster, "Enforce");

        Assert.Equal(
            "a Deployment with 2 replicas: passed\na Deployment with 1 replica: refused\nthe API server asks HaWebhook\n",
            result.Output);
        Assert.Equal(0, result.ExitCode);
        Assert.Null(cluster.ApiServer.Find("apps/v1", "Deployment", LivingCluster.Namespace, "ha-webhook-verify-good"));
    }

    [Fact]
    public async Task In_Warn_it_is_warned_about()
    {
        await using var cluster = await LivingCluster.StartAsync("mode: Warn");

        var (warned, expectedMore) = (await VerifyAsync(cluster, "Warn"), await VerifyAsync(cluster, "Enforce"));

        Assert.Contains("a Deployment with 1 replica: warned about\n", warned.Output, StringComparison.Ordinal);
        Assert.Equal(0, warned.ExitCode);
        Assert.Contains("warned about, and should have been refused", expectedMore.Output, StringComparison.Ordinal);
        Assert.Equal(1, expectedMore.ExitCode);
    }

    [Fact]
    public async Task In_Audit_the_metrics_tell()
    {
        await using var cluster = await LivingCluster.StartAsync("mode: Audit");

        var result = await VerifyAsync(cluster, "Audit", "--metrics", new Uri(cluster.Webhook.Health, "/metrics").ToString());

        Assert.Contains("a Deployment with 1 replica: passed, and recorded as one that would be refused\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task In_Audit_silence_proves_nothing()
    {
        await using var cluster = await LivingCluster.StartAsync("mode: Audit");
        using var metrics = new Metrics(() => 7);

        var (unmoved, unasked) = (await VerifyAsync(cluster, "Audit", "--metrics", metrics.Url), await VerifyAsync(cluster, "Audit"));

        Assert.Contains("passed, and no replica has recorded it", unmoved.Output, StringComparison.Ordinal);
        Assert.Equal(1, unmoved.ExitCode);
        Assert.Contains("give --metrics URL", unasked.Output, StringComparison.Ordinal);
        Assert.Equal(1, unasked.ExitCode);
    }

    [Fact]
    public async Task An_API_server_that_does_not_ask_is_seen()
    {
        await using var cluster = await LivingCluster.StartAsync();
        Assert.True(cluster.ApiServer.Remove("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", null, "ha-webhook"));

        var result = await VerifyAsync(cluster, "Enforce");

        Assert.Contains("passed, and should have been refused: the API server does not ask, or namespace shop is exempt", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_denial_by_somebody_else_proves_nothing()
    {
        // The good one is refused as well where the webhook cannot be asked and its failurePolicy is Fail.
        await using var cluster = await LivingCluster.StartAsync();
        cluster.ApiServer.AddWebhook(new("https://127.0.0.1:1"), cluster.ApiServer.CertificateAuthority);

        var result = await VerifyAsync(cluster, "Enforce");

        Assert.StartsWith("a Deployment with 2 replicas: refused, and should have passed: ", result.Output, StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_missing_right_is_told()
    {
        await using var cluster = await LivingCluster.StartAsync();
        cluster.ApiServer.Faults.Forbid("patch", "deployments");

        var result = await VerifyAsync(cluster, "Enforce");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("forbidden", Assert.Single(result.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--metrics", "nowhere", "--metrics must be an http or https URL, not 'nowhere'")]
    [InlineData("--timeout", "30", "--timeout must be a whole number with s, m, h or d")]
    [InlineData("--namespace", "A", "--namespace must be a name of at most 63 lower-case letters")]
    public async Task Bad_options_are_told(string option, string value, string told)
    {
        var result = await Cli.RunAsync("verify", option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(told, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_dry_runs_that_would_be_refused_are_counted() => Assert.Equal(
        12,
        JudgedReviews.Count(
            """
            # TYPE ha_webhook_admission_requests_total counter
            ha_webhook_admission_requests_total{webhook="validate",operation="CREATE",resource="deployments.apps",decision="would-deny",mode="Audit",dry_run="true"} 10
            ha_webhook_admission_requests_total{webhook="validate",operation="CREATE",resource="other",decision="would-deny",mode="Audit",dry_run="true"} 2 1763700000000
            ha_webhook_admission_requests_total{webhook="validate",operation="CREATE",resource="deployments.apps",decision="would-deny",mode="Audit",dry_run="false"} 100
            ha_webhook_admission_requests_total{webhook="validate",operation="UPDATE",resource="deployments.apps",decision="would-deny",mode="Audit",dry_run="true"} 100
            ha_webhook_admission_requests_total{webhook="mutate",operation="CREATE",resource="deployments.apps",decision="would-patch",mode="Audit",dry_run="true"} 100
            ha_webhook_admission_requests_total_other{webhook="validate",operation="CREATE",decision="would-deny",dry_run="true"} 100
            ha_webhook_admission_requests_total{webhook="validate"
            """));

    private async Task<CliResult> VerifyAsync(LivingCluster cluster, string mode, params string[] more)
    {
        await File.WriteAllTextAsync(_kubeConfig, cluster.ApiServer.Kubeconfig(), TestContext.Current.CancellationToken);
        return await Cli.RunAsync(["verify", "--namespace", LivingCluster.Namespace, "--mode", mode, "--kubeconfig", _kubeConfig, "--timeout", "1s", .. more]);
    }

    /// <summary>Serves metrics of one series.</summary>
    private sealed class Metrics : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Func<int> _count;

        public Metrics(Func<int> count)
        {
            _count = count;
            using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/metrics";
            }

            _listener.Prefixes.Add(Url + "/");
            _listener.Start();
            _ = ServeAsync();
        }

        public string Url { get; }

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                try
                {
                    var context = await _listener.GetContextAsync();
                    await using var answer = new StreamWriter(context.Response.OutputStream);
                    await answer.WriteLineAsync(
                        $$"""ha_webhook_admission_requests_total{webhook="validate",operation="CREATE",decision="would-deny",dry_run="true"} {{_count()}}""");
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }
}
