using HaWebhook.Certificates;

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
    [InlineData("get", "mutatingwebhookconfigurations", "allows get and patch on the mutatingwebhookconfigurations ha-webhook")]
    [InlineData("patch", "validatingwebhookconfigurations", "allows get and patch on the validatingwebhookconfigurations ha-webhook")]
    public async Task What_is_forbidden_is_named_with_the_remedy(string verb, string resource, string remedy)
    {
        await using var cluster = await CertifiedCluster.StartAsync(prepare: server => server.Faults.Forbid(verb, resource), waits: false);
        await cluster.UntilAsync(
            async () => await CertifiedCluster.ReadinessAsync(cluster.Replicas[0]) is var readiness
                && readiness.StartsWith($"not ready: cannot {verb} {resource}", StringComparison.Ordinal) && readiness.EndsWith(remedy + "\n", StringComparison.Ordinal),
            "it says what to do");
        cluster.ApiServer.Faults.ForbidNothing();
        await cluster.UntilReadyAsync();
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
