using System.Net;
using System.Text;
using HaWebhook.Policy.Configuration;
using HaWebhook.Serving;
using HaWebhook.Tests.Admission;

namespace HaWebhook.Tests.Telemetry;

/// <summary><c>/metrics</c> of a running server.</summary>
public sealed class MetricsEndpointTests : IAsyncLifetime
{
    private const string Requests = "ha_webhook_admission_requests_total";
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_is_read_over_plain_HTTP_by_GET_and_HEAD_only()
    {
        using var client = new HttpClient { BaseAddress = _server.Health };
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/metrics"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.True(head.Content.Headers.ContentLength > 1000);
        Assert.Equal("", await head.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        using var post = await client.PostAsync(new Uri("/metrics", UriKind.Relative), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow);

        using var overTls = await _server.Client.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, overTls.StatusCode);
    }

    [Theory]
    [InlineData("*/*", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData(Exposition.OpenMetrics, "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores")]
    public async Task Every_family_is_described_once_and_sorted(string accept, string contentType)
    {
        await PostAsync("/validate", Reviews.Text());
        var metrics = await Exposition.OfAsync(_server, accept);
        Assert.Equal(contentType, metrics.ContentType);
        string[] names = [.. metrics.Types.Select(type => type.Name)];
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(names, metrics.Comments.Where(comment => comment.StartsWith("# HELP ", StringComparison.Ordinal)).Select(comment => comment.Split(' ')[2]));
        Assert.Equal(accept == Exposition.OpenMetrics, metrics.Text.EndsWith("# EOF\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_numbers_are_those_of_the_reviews()
    {
        await PostAsync("/validate", Reviews.Text());
        await PostAsync("/validate", Reviews.Text());
        await PostAsync("/validate", Reviews.Text(spec: """{"replicas":2}"""));
        await PostAsync("/validate", Reviews.Text(operation: "DELETE"));
        await PostAsync("/validate", Reviews.Text().Replace("\"dryRun\":false", "\"dryRun\":true", StringComparison.Ordinal));
        await PostAsync("/mutate", Reviews.Text(spec: """{"replicas":2,"template":{"spec":{"containers":[{"name":"web","ports":[{"containerPort":80}]}]}}}"""));
        await PostAsync("/mutate", Reviews.Text(operation: "DELETE"));

        var metrics = await Exposition.OfAsync(_server);
        Assert.Equal(2, metrics[Series("deny", "CREATE", "validate")]);
        Assert.Equal(1, metrics[Series("deny", "CREATE", "validate", dryRun: "true")]);
        Assert.Equal(1, metrics[Series("allow", "DELETE", "validate")]);
        Assert.Equal(1, metrics[Series("patch", "CREATE", "mutate")]);
        Assert.Equal(1, metrics[Series("allow", "DELETE", "mutate")]);
        Assert.Equal(7, metrics.Sum(Requests));
        Assert.Equal(2, metrics["""ha_webhook_rule_results_total{result="deny",rule="minimum-replicas"}"""]);
        Assert.Equal(1, metrics["""ha_webhook_rule_results_total{result="patch",rule="default-probes"}"""]);
        Assert.Equal(0, metrics["""ha_webhook_rule_errors_total{rule="minimum-replicas"}"""]);
        Assert.Equal(5, metrics["""ha_webhook_admission_duration_seconds_count{webhook="validate"}"""]);
        Assert.Equal(5, metrics["""ha_webhook_admission_duration_seconds_bucket{webhook="validate",le="+Inf"}"""]);
        Assert.Equal(2, metrics["""ha_webhook_admission_duration_seconds_count{webhook="mutate"}"""]);
        Assert.InRange(metrics["""ha_webhook_admission_duration_seconds_sum{webhook="mutate"}"""], 1e-9, 60);
    }

    [Fact]
    public async Task In_the_mode_Audit_what_would_have_happened_is_counted_once()
    {
        await using var server = await RunningServer.StartAsync(new ServingOptions { Mode = Mode.Audit });
        var review = Reviews.Text(spec: """{"replicas":1,"template":{"spec":{"containers":[{"name":"web","ports":[{"containerPort":80}]}]}}}""");
        await PostAsync(server, "/mutate", review);
        await PostAsync(server, "/validate", review);
        var metrics = await Exposition.OfAsync(server);
        Assert.Equal(1, metrics[Series("would-patch", "CREATE", "mutate", mode: "Audit")]);
        Assert.Equal(1, metrics[Series("would-deny", "CREATE", "validate", mode: "Audit")]);
        Assert.Equal(1, metrics["""ha_webhook_rule_results_total{result="would-deny",rule="minimum-replicas"}"""]);
        Assert.Equal(1, metrics["""ha_webhook_rule_results_total{result="would-patch",rule="default-probes"}"""]);
    }

    [Fact]
    public async Task Exemptions_are_counted_by_rule()
    {
        await PostAsync("/validate", Reviews.Text(metadata: """{"name":"web","annotations":{"ha-webhook.io/exempt":"minimum-replicas","ha-webhook.io/exempt-reason":"leader elected"}}"""));
        var metrics = await Exposition.OfAsync(_server);
        Assert.Equal(1, metrics["""ha_webhook_rule_results_total{result="exempt",rule="minimum-replicas"}"""]);
        Assert.Equal(0, metrics["""ha_webhook_rule_results_total{result="deny",rule="minimum-replicas"}"""]);
    }

    [Fact]
    public async Task Counters_that_alerts_go_by_begin_with_0()
    {
        var metrics = await Exposition.OfAsync(_server);
        Assert.Equal(0, metrics[Series("deny", "CREATE", "validate")]);
        Assert.Equal(0, metrics[Series("deny", "UPDATE", "validate", resource: "statefulsets")]);
        Assert.Equal(0, metrics["""ha_webhook_rule_results_total{result="deny",rule="minimum-replicas"}"""]);
        Assert.Equal(0, metrics["""ha_webhook_rule_errors_total{rule="default-probes"}"""]);
        Assert.Equal(0, metrics["""ha_webhook_policy_reloads_total{result="failure"}"""]);
        Assert.Equal(1, metrics["ha_webhook_policy_last_reload_successful"]);
        Assert.Equal(1, metrics["""ha_webhook_policy_info{hash="default",mode="Enforce"}"""]);
        Assert.Equal(1, metrics.Sum("ha_webhook_build_info", "version=\""));
    }

    [Fact]
    public async Task The_policy_in_force_is_told_and_no_other()
    {
        var folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;
        try
        {
            var file = Path.Combine(folder, "policy.yaml");
            await WriteAsync(file, "mode: Enforce\n");
            await using var server = await RunningServer.StartAsync(new ServingOptions { PolicyFile = file, PollInterval = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
            var first = Policies(await Exposition.OfAsync(server));
            Assert.Contains("mode=\"Enforce\"", Assert.Single(first), StringComparison.Ordinal);

            await WriteAsync(file, "mode: Warn\n");
            var metrics = await UntilAsync(server, metrics => metrics["""ha_webhook_policy_reloads_total{result="success"}"""] == 1);
            Assert.Contains("mode=\"Warn\"", Assert.Single(Policies(metrics)), StringComparison.Ordinal);
            Assert.NotEqual(first, Policies(metrics));
            Assert.Equal(0, metrics[Series("warn", "CREATE", "validate", mode: "Warn")]);

            await WriteAsync(file, "mode: Strict\n");
            metrics = await UntilAsync(server, metrics => metrics["ha_webhook_policy_last_reload_successful"] == 0);
            Assert.Equal(1, metrics["""ha_webhook_policy_reloads_total{result="failure"}"""]);
            Assert.Single(Policies(metrics));

            await WriteAsync(file, "mode: Warn\n");
            metrics = await UntilAsync(server, metrics => metrics["ha_webhook_policy_last_reload_successful"] == 1);
            Assert.Equal(1, metrics["""ha_webhook_policy_reloads_total{result="success"}"""]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static IEnumerable<string> Policies(Exposition metrics) =>
            metrics.Values.Keys.Where(series => series.StartsWith("ha_webhook_policy_info", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_that_a_request_holds_adds_a_series()
    {
        await PostAsync("/validate", Reviews.Text());
        await PostAsync("/validate", Review(0));
        await PostAsync("/validate", Review(0, "pods/exec", "CONNECT"));
        var before = await OursAsync();
        await Parallel.ForAsync(1, 10_000, TestContext.Current.CancellationToken, async (i, _) => await PostAsync("/validate", Review(i)));
        await PostAsync("/validate", Review(1, "pods/attach", "CONNECT"));
        foreach (var operation in new[] { "create", "PATCH", "", "CREATE\\n" })
        {
            using var refused = await _server.PostAsync("/validate", Encoding.UTF8.GetBytes(Review(1, operation: operation)));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        Assert.Equal(before, await OursAsync());
        Assert.Equal(10_000, (await Exposition.OfAsync(_server))[Series("allow", "CREATE", "validate", resource: "other")]);
    }

    private async Task<IEnumerable<string>> OursAsync() =>
        (await Exposition.OfAsync(_server)).Values.Keys.Where(series => series.StartsWith("ha_webhook_", StringComparison.Ordinal)).Order();

    [Fact]
    public async Task Scrapes_during_load_count_up_and_never_down()
    {
        using var done = new CancellationTokenSource();
        await PostAsync("/validate", Reviews.Text());
        var load = LoadAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            using var client = new HttpClient();
            Dictionary<string, double> last = [];
            for (var scrape = 0; scrape < 25; scrape++)
            {
                var metrics = await Exposition.OfAsync(client, _server.Health, i % 2 == 0 ? "*/*" : Exposition.OpenMetrics);
                foreach (var (series, value) in metrics.Values.Where(sample => sample.Key.Contains("_total", StringComparison.Ordinal)))
                {
                    Assert.True(value >= last.GetValueOrDefault(series), $"{series} went back");
                }

                Assert.Equal(
                    metrics["""ha_webhook_admission_duration_seconds_bucket{webhook="validate",le="+Inf"}"""],
                    metrics["""ha_webhook_admission_duration_seconds_count{webhook="validate"}"""]);
                last = metrics.Values;
            }
        }));
        await done.CancelAsync();
        await load;

        async Task LoadAsync()
        {
            while (!done.IsCancellationRequested)
            {
                await PostAsync("/validate", Reviews.Text());
            }
        }
    }

    /// <summary>Puts a file in place whole: a look at it must not meet half of it.</summary>
    private static async Task WriteAsync(string file, string text)
    {
        await File.WriteAllTextAsync(file + ".new", text, TestContext.Current.CancellationToken);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static async Task<Exposition> UntilAsync(RunningServer server, Func<Exposition, bool> holds)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (await Exposition.OfAsync(server) is var metrics && holds(metrics))
            {
                return metrics;
            }

            await Task.Delay(20, deadline.Token);
        }
    }

    private static string Series(
        string decision, string operation, string webhook, string mode = "Enforce", string resource = "deployments", string dryRun = "false") =>
        $$"""{{Requests}}{decision="{{decision}}",dry_run="{{dryRun}}",mode="{{mode}}",operation="{{operation}}",resource="{{resource}}",webhook="{{webhook}}"}""";

    /// <summary>A review with as much made up as a request can make up.</summary>
    private static string Review(int i, string resource = "", string operation = "CREATE")
    {
        var parts = (resource.Length == 0 ? $"things{i}" : resource).Split('/');
        return $$$$"""
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u{{{{i}}}}","kind":{"group":"g{{{{i}}}}","version":"v{{{{i}}}}","kind":"K{{{{i}}}}"},
            "resource":{"group":"g{{{{i}}}}","version":"v{{{{i}}}}","resource":"{{{{parts[0]}}}}"},"subResource":"{{{{(parts.Length > 1 ? parts[1] : "")}}}}","name":"n{{{{i}}}}",
            "namespace":"ns{{{{i}}}}","operation":"{{{{operation}}}}","userInfo":{"username":"user{{{{i}}}}","groups":["g{{{{i}}}}"]},"object":{"metadata":{"name":"n{{{{i}}}}"} }}}
            """;
    }

    private Task PostAsync(string path, string review) => PostAsync(_server, path, review);

    private static async Task PostAsync(RunningServer server, string path, string review)
    {
        using var response = await server.PostAsync(path, Encoding.UTF8.GetBytes(review));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
