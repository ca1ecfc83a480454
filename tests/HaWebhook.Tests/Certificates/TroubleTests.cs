using HaWebhook.ApiServer;
using HaWebhook.Certificates;
using HaWebhook.Kubernetes;

namespace HaWebhook.Tests.Certificates;

public sealed class TroubleTests
{
    private const string NoSecret = "not ready: the Secret ha-webhook/ha-webhook-ca of the certificate authority has not been read yet\n";

    [Fact]
    public async Task Without_the_API_server_it_serves_on_renews_and_says_so()
    {
        var options = CertifiedCluster.Often with { CertificateLifetime = TimeSpan.FromSeconds(5) };
        await using var cluster = await CertifiedCluster.StartAsync(options: options);
        var replica = cluster.Replicas[0];
        var authority = cluster.StoredAuthority()!;
        cluster.ApiServer.Faults.RefuseConnections = true;
        var first = replica.Certificate.SerialNumber;
        await cluster.UntilAsync(() => replica.Certificate.SerialNumber != first, "the certificate is renewed all the same");
        Assert.Equal(authority.Certificate.Subject, replica.Certificate.Issuer);
        Assert.Equal("ok\n", await CertifiedCluster.ReadinessAsync(replica));
        Assert.InRange(replica.Log.All.Count(line => line.Contains("certificates cannot be looked after; the one in use lasts until", StringComparison.Ordinal)), 1, 4);

        cluster.ApiServer.Faults.RefuseConnections = false;
        await cluster.UntilAsync(() => replica.Log.All.Contains("Information: certificates are looked after again"), "it says that this is over");
        Assert.True(authority.IsSameAs(cluster.StoredAuthority()));
        await cluster.UntilAsync(async () => (await cluster.AskAsync()).Status == 201, "calls come in");
    }

    [Fact]
    public async Task Without_the_API_server_it_starts_and_is_ready_when_that_is_back()
    {
        await using var cluster = await CertifiedCluster.StartAsync(prepare: server => server.Faults.RefuseConnections = true, waits: false);
        await cluster.UntilAsync(
            async () => await CertifiedCluster.ReadinessAsync(cluster.Replicas[0]) is var readiness && readiness != NoSecret && readiness.StartsWith("not ready: ", StringComparison.Ordinal),
            "it says what is wrong");
        cluster.ApiServer.Faults.RefuseConnections = false;
        await cluster.UntilReadyAsync();
        Assert.True(cluster.IsSettled());
    }

    [Fact]
    public async Task Without_its_configurations_it_is_not_ready_and_names_them()
    {
        await using var cluster = await CertifiedCluster.StartAsync(isInstalled: false, waits: false);
        const string Reason = "not ready: the ValidatingWebhookConfiguration ha-webhook is not there; install the chart, or give its name with --webhook-configuration; "
            + "the MutatingWebhookConfiguration ha-webhook is not there; install the chart, or give its name with --webhook-configuration\n";
        await cluster.UntilAsync(async () => await CertifiedCluster.ReadinessAsync(cluster.Replicas[0]) == Reason, "it says what is missing");
        cluster.Install();
        await cluster.UntilReadyAsync();
        Assert.Equal(201, (await cluster.AskAsync()).Status);
    }

    [Fact]
    public async Task Configurations_of_another_Service_are_no_configurations()
    {
        var options = CertifiedCluster.Often;
        await using var cluster = await CertifiedCluster.StartAsync(waits: false, isInstalled: false, options: options, prepare: server =>
        {
            foreach (var kind in (string[])["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"])
            {
                server.Seed($$"""{"apiVersion":"admissionregistration.k8s.io/v1","kind":"{{kind}}","metadata":{"name":"ha-webhook"},"webhooks":[]}""");
            }
        });
        await cluster.UntilAsync(
            async () => (await CertifiedCluster.ReadinessAsync(cluster.Replicas[0])).Contains(
                "no webhook of the MutatingWebhookConfiguration ha-webhook has clientConfig.service ha-webhook/ha-webhook; give the names with --service and --namespace",
                StringComparison.Ordinal),
            "it says what it looked for");
    }

    [Theory]
    [InlineData("get", "secrets", "allows create on secrets, and get and update on the Secret ha-webhook-ca")]
    [InlineData("create", "secrets", "allows create on secrets, and get and update on the Secret ha-webhook-ca")]
    [InlineData("get", "*", "allows get and patch on the mutatingwebhookconfigurations ha-webhook")]
    [InlineData("patch", "validatingwebhookconfigurations", "allows get and patch on the validatingwebhookconfigurations ha-webhook")]
    public async Task What_is_forbidden_is_named_with_the_remedy(string verb, string resource, string remedy)
    {
        await using var cluster = await CertifiedCluster.StartAsync(prepare: server => Forbid(server, verb, resource), waits: false);
        await cluster.UntilAsync(
            async () => await CertifiedCluster.ReadinessAsync(cluster.Replicas[0]) is var readiness
                && readiness.StartsWith($"not ready: cannot {verb} ", StringComparison.Ordinal) && readiness.EndsWith(remedy + "\n", StringComparison.Ordinal),
            "it says what to do");
        cluster.ApiServer.Faults.ForbidNothing();
        await cluster.UntilReadyAsync();

        static void Forbid(TestApiServer server, string verb, string resource)
        {
            foreach (var one in resource == "*" ? (string[])["validatingwebhookconfigurations", "mutatingwebhookconfigurations"] : [resource])
            {
                server.Faults.Forbid(verb, one);
            }
        }
    }

    [Theory]
    [InlineData("validatingwebhookconfigurations", 1)]
    [InlineData("mutatingwebhookconfigurations", 0)]
    public async Task One_configuration_that_cannot_be_read_keeps_nobody_out(string resource, int other)
    {
        await using var cluster = await CertifiedCluster.StartAsync(prepare: server => server.Faults.Forbid("get", resource));
        Assert.Equal(1, cluster.Bundles()[other]?.Certificates.Length);
        await cluster.UntilAsync(
            () => cluster.Log.Contains($"allows get and patch on the {resource} ha-webhook", StringComparison.Ordinal), "it says what to do");
        cluster.ApiServer.Faults.ForbidNothing();
        await cluster.UntilAsync(cluster.IsSettled, "the other one is right");
    }

    [Theory]
    [InlineData("validatingwebhookconfigurations", 1)]
    [InlineData("mutatingwebhookconfigurations", 0)]
    public async Task One_configuration_that_must_not_be_written_does_not_keep_the_other_from_it(string resource, int other)
    {
        await using var cluster = await CertifiedCluster.StartAsync(prepare: server => server.Faults.Forbid("patch", resource), waits: false);
        await cluster.UntilAsync(() => cluster.Bundles()[other]?.Certificates.Length == 1, "the other one is right");
        Assert.NotEqual("ok\n", await CertifiedCluster.ReadinessAsync(cluster.Replicas[0]));
    }

    [Theory]
    [InlineData("MutatingWebhookConfiguration", false)]
    [InlineData("ValidatingWebhookConfiguration", true)]
    public async Task One_configuration_that_is_not_there_keeps_nobody_out(string kind, bool isMissed)
    {
        await using var cluster = await CertifiedCluster.StartAsync(
            prepare: server => server.Remove("admissionregistration.k8s.io/v1", kind, null, CertifiedCluster.Service));
        cluster.ApiServer.Requests.Clear();
        await cluster.UntilAsync(() => cluster.ApiServer.Requests.Count("get", "secrets") >= 2, "it has looked again");
        Assert.Equal(isMissed, cluster.Log.Contains($"the {kind} ha-webhook is not there", StringComparison.Ordinal));
        Assert.Equal("ok\n", await CertifiedCluster.ReadinessAsync(cluster.Replicas[0]));
    }

    [Fact]
    public async Task An_authority_that_can_be_used_is_although_the_Secret_cannot_be_written()
    {
        var now = DateTimeOffset.UtcNow;
        var (certificate, key) = TestCertificates.CreateAuthority("given", now.AddDays(-1), now.AddDays(1000));
        await using var cluster = await CertifiedCluster.StartAsync(replicas: 2, prepare: server =>
        {
            server.Seed(TestCertificates.Secret(certificate.ExportCertificatePem(), key));
            server.Faults.Forbid("update", "secrets");
        });
        Assert.All(cluster.Replicas, replica => Assert.Equal("CN=given", replica.Certificate.Issuer));
        Assert.Equal(201, (await cluster.AskAsync()).Status);
        await cluster.UntilAsync(
            () => cluster.Replicas.All(replica => replica.Log.All.Any(line => line.Contains("get and update on the Secret ha-webhook-ca", StringComparison.Ordinal))),
            "it says what to do");
        await cluster.SetBundleAsync("validatingwebhookconfigurations", null);
        await cluster.UntilAsync(() => cluster.Bundles()[0]?.Contains(certificate) == true, "the bundle is put right all the same");
    }

    [Fact]
    public async Task A_certificate_that_has_ended_is_not_ready_to_be_shown()
    {
        // By the API server's clock, which went on for as long as its last answer is old; by this one there is time left, and only the same authority to renew by.
        var clock = new JumpingClock();
        await using var cluster = await CertifiedCluster.StartAsync(clock: clock);
        cluster.ApiServer.Faults.RefuseConnections = true;
        clock.Age(TimeSpan.FromHours(2));
        await cluster.UntilAsync(
            async () => (await CertifiedCluster.ReadinessAsync(cluster.Replicas[0])).StartsWith("not ready: the certificate ended at ", StringComparison.Ordinal), "it says so");
        cluster.ApiServer.Faults.RefuseConnections = false;
        await cluster.UntilReadyAsync();
    }

    [Fact]
    public void Only_who_is_told_that_a_user_cannot_needs_a_role()
    {
        var missing = new KubernetesApiException("create secrets", 403, "Forbidden", """secrets is forbidden: User "a" cannot create resource "secrets" in API group "" in the namespace "b" """.Trim());
        Assert.EndsWith("; the service account needs a Role", Refusal.Of(missing, "a Role").Message, StringComparison.Ordinal);
        var quota = new KubernetesApiException("create secrets", 403, "Forbidden", """secrets "c" is forbidden: exceeded quota: d, requested: secrets=1, used: secrets=5, limited: secrets=5""");
        Assert.Equal(quota.Message, Refusal.Of(quota, "a Role").Message);
    }

    [Fact]
    public async Task A_certificate_is_renewed_while_the_API_server_does_not_answer()
    {
        var clock = new JumpingClock();
        await using var cluster = await CertifiedCluster.StartAsync(clock: clock);
        var replica = cluster.Replicas[0];
        cluster.ApiServer.Faults.Delay = TimeSpan.FromMinutes(1);
        for (var renewals = 0; renewals < 3; renewals++)
        {
            var serial = replica.Certificate.SerialNumber;
            clock.Jump(TimeSpan.FromMinutes(8));
            await cluster.UntilAsync(() => replica.Certificate.SerialNumber != serial, "the certificate is renewed all the same");
        }

        cluster.ApiServer.Faults.Delay = TimeSpan.Zero;
        cluster.ApiServer.Faults.CutConnections();
    }

    [Fact]
    public async Task What_was_found_long_ago_is_not_told()
    {
        var clock = new JumpingClock();
        await using var cluster = await CertifiedCluster.StartAsync(clock: clock);
        using var client = new HttpClient { BaseAddress = cluster.Replicas[0].Health };
        await cluster.UntilAsync(() => IsInSyncAsync(1), "the bundles are right");
        cluster.ApiServer.Faults.RefuseConnections = true;
        clock.Age(TimeSpan.FromMinutes(2));
        await cluster.UntilAsync(() => IsInSyncAsync(0), "nobody knows any more");
        cluster.ApiServer.Faults.RefuseConnections = false;
        await cluster.UntilAsync(() => IsInSyncAsync(1), "it is known again");

        async Task<bool> IsInSyncAsync(int value) =>
            (await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken))
            .Split('\n').Any(line => line.StartsWith("ha_webhook_ca_bundle_in_sync", StringComparison.Ordinal) && line.EndsWith($" {value}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_asleep_while_others_change_everything_breaks_nothing()
    {
        // What a replica reads before it sleeps is old when it wakes: it may not write the configurations by it.
        await using var cluster = await CertifiedCluster.StartAsync(replicas: 2);
        var path = $"/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/{CertifiedCluster.Service}";
        var asleep = (await cluster.SendAsync("GET", path)).Json["metadata"]!["resourceVersion"]!.GetValue<string>();
        await cluster.SetBundleAsync("validatingwebhookconfigurations", null);
        await cluster.UntilAsync(cluster.IsSettled, "another replica has repaired it");
        var configuration = new WebhookConfiguration("ValidatingWebhookConfiguration", CertifiedCluster.Service, asleep, [new("validate.ha-webhook.io", null)]);
        var outcome = await cluster.SendAsync(
            "PATCH", $"{path}?fieldManager={WebhookConfigurations.FieldManager}&force=true", configuration.Apply(CertificateBundle.Empty).ToJsonString(), "application/apply-patch+yaml");
        Assert.Equal(409, outcome.Status);
        Assert.True(cluster.IsSettled());
    }
}
