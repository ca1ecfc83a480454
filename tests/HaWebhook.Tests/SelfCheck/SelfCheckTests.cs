using System.Globalization;
using HaWebhook.Certificates;
using HaWebhook.Commands;
using HaWebhook.Kubernetes;
using HaWebhook.Serving;
using HaWebhook.Tests.Cluster;

namespace HaWebhook.Tests.SelfCheck;

/// <summary>What a self-check says of a webhook that works, and of one that an API server would leave out without a word.</summary>
public sealed class SelfCheckTests
{
    [Fact]
    public async Task A_webhook_that_is_reached_and_trusted_is_told_once_and_leaves_nothing_behind()
    {
        await using var cluster = await CheckedCluster.StartAsync();
        await UntilCheckedAsync(cluster, 3);
        Assert.Equal(["Information: self-check succeeded: the API server reaches Service platform/ha-webhook and trusts its certificate"], cluster.Lines);
        Assert.Null(cluster.ApiServer.Find("coordination.k8s.io/v1", "Lease", CheckedCluster.Namespace, "ha-webhook-self-check"));
        Assert.All(
            cluster.ApiServer.Requests.All.Where(request => request.Resource == "leases"),
            request => Assert.Equal(
                ("patch", "/apis/coordination.k8s.io/v1/namespaces/platform/leases/ha-webhook-self-check?fieldManager=ha-webhook-self-check&force=true&dryRun=All", 201),
                (request.Verb, request.Path, request.Status)));
    }

    [Fact]
    public async Task A_Lease_that_somebody_has_made_does_not_stand_in_the_way()
    {
        await using var cluster = await CheckedCluster.StartAsync(server => server.Seed(
            """
            {
              "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": {},
              "metadata": {"name": "ha-webhook-self-check", "namespace": "platform", "annotations": {"ha-webhook.io/self-check-token": "old"} }
            }
            """));
        await cluster.UntilAsync("Information", "reaches Service platform/ha-webhook and trusts its certificate");
    }

    [Fact]
    public async Task A_configuration_that_is_gone_is_told_and_so_is_its_return()
    {
        await using var cluster = await CheckedCluster.StartAsync();
        await cluster.UntilAsync("Information", "and trusts its certificate");
        cluster.Unregister();
        const string gone = "Z (configuration-missing): ValidatingWebhookConfiguration ha-webhook does not exist, and without it nothing is judged; "
            + "install the chart anew, or name the right one with --webhook-configuration";
        await cluster.UntilAsync("Error", gone);
        await UntilCheckedAsync(cluster, 3);
        var failure = Assert.Single(cluster.Lines, line => line.EndsWith(gone, StringComparison.Ordinal));
        Assert.StartsWith("Error: self-check fails since 20", failure, StringComparison.Ordinal);
        cluster.Register();
        await LivingCluster.UntilAsync(
            () => Task.FromResult(cluster.Lines.Last().StartsWith("Information: self-check succeeds again; it had failed since 20", StringComparison.Ordinal)), "it recovers");
        Assert.Equal(200, await cluster.ReadinessAsync());
    }

    /// <summary>One replica has a certificate of its own making, such as from a Secret that kubelet has not renewed. The API server happens to ask the other.</summary>
    [Fact]
    public async Task An_answer_of_another_replica_says_nothing_of_ones_own_certificate()
    {
        using var foreign = new ServingAuthority();
        await using var cluster = await CheckedCluster.StartAsync();
        var both = CheckedCluster.Bundle(cluster.AuthorityPem + "\n" + foreign.Pem);
        cluster.Register(json => Array.ForEach([0, 1, 2], index => CheckedCluster.Client(json, index)["caBundle"] = both), json => CheckedCluster.Client(json, 0)["caBundle"] = both);
        var other = await cluster.StartServerAsync(authority: foreign);
        await LivingCluster.UntilAsync(() => Task.FromResult(CheckedCluster.LinesOf(other).Any()), "the other is ready");
        cluster.Register();
        const string untrusted = "Z (certificate-untrusted): webhook validate.ha-webhook.io: clientConfig.caBundle does not verify the certificate that is served "
            + "(CN=ha-webhook): x509: certificate signed by unknown authority";
        await LivingCluster.UntilAsync(
            () => Task.FromResult(CheckedCluster.LinesOf(other).Any(line => line.EndsWith(untrusted, StringComparison.Ordinal))),
            untrusted,
            () => string.Join('\n', CheckedCluster.LinesOf(other)));
        await cluster.UntilAsync("Information", "and trusts its certificate");
        Assert.DoesNotContain(cluster.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_MutatingWebhookConfiguration_that_is_gone_is_told_and_so_is_its_return()
    {
        await using var cluster = await CheckedCluster.StartAsync();
        await cluster.UntilAsync("Information", "and trusts its certificate");
        cluster.Unregister("MutatingWebhookConfiguration");
        await cluster.UntilAsync(
            "Error",
            "Z (configuration-missing): MutatingWebhookConfiguration ha-webhook does not exist, and without it nothing is filled in; install the chart anew");
        cluster.Register();
        await LivingCluster.UntilAsync(() => Task.FromResult(cluster.Lines.Last().Contains("succeeds again", StringComparison.Ordinal)), "it recovers");
    }

    [Fact]
    public async Task A_Service_that_leads_nowhere_is_told_when_nothing_else_is_wrong()
    {
        await using var cluster = await CheckedCluster.StartAsync();
        await cluster.UntilAsync("Information", "and trusts its certificate");
        cluster.ApiServer.RouteService(CheckedCluster.Namespace, "ha-webhook", "127.0.0.1", 1);

        // Connections that are there live on; only a new registration makes new ones.
        cluster.Register(json => CheckedCluster.Client(json, 1)["caBundle"] = CheckedCluster.Bundle(cluster.AuthorityPem + "\n" + cluster.AuthorityPem));
        await cluster.UntilAsync(
            "Error",
            "(not-answered): webhook self-check.ha-webhook.io is registered as it should be, and no answer came through it: the API server cannot reach Service platform/ha-webhook "
            + "(are its endpoints ready, and may the API server connect to the pods?), or gave up waiting; its own log has the reason");
    }

    [Fact]
    public async Task An_answer_of_another_installation_is_none()
    {
        await using var cluster = await CheckedCluster.StartAsync(change: json => CheckedCluster.Client(json, 1)["service"]!["name"] = "nobody");
        var other = await cluster.StartServerAsync("other");
        cluster.Route(other);
        cluster.Register();
        await cluster.UntilAsync(
            "Error",
            "(foreign-answer): webhook self-check.ha-webhook.io was answered, but not for Service platform/ha-webhook and this check: another installation answers in its place, "
            + "or something in between keeps answers");
    }

    [Fact]
    public async Task An_API_server_that_is_away_is_told_and_takes_no_replica_out()
    {
        await using var cluster = await CheckedCluster.StartAsync();
        await cluster.UntilAsync("Information", "and trusts its certificate");
        cluster.ApiServer.Faults.RefuseConnections = true;
        await LivingCluster.UntilAsync(
            () => Task.FromResult(cluster.Lines.Any(line => line.Contains("Z (api-server-unreachable): cannot ", StringComparison.Ordinal))), "it is told");
        Assert.Equal(200, await cluster.ReadinessAsync());
        cluster.ApiServer.Faults.RefuseConnections = false;
        await LivingCluster.UntilAsync(() => Task.FromResult(cluster.Lines.Last().Contains("succeeds again", StringComparison.Ordinal)), "it recovers");
    }

    [Fact]
    public async Task A_namespace_that_is_gone_is_a_refusal()
    {
        await using var cluster = await CheckedCluster.StartAsync();
        await cluster.UntilAsync("Information", "and trusts its certificate");
        Assert.True(cluster.ApiServer.Remove("v1", "Namespace", null, CheckedCluster.Namespace));
        await cluster.UntilAsync("Error", "(refused): cannot patch leases.coordination.k8s.io: namespaces \"platform\" not found (404 NotFound)");
    }

    [Fact]
    public async Task A_cluster_without_a_namespace_of_our_own_is_an_error_at_the_start()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            """{"clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"} }], "contexts": [{"name": "x", "context": {"cluster": "c"} }], "current-context": "x"}""",
            TestContext.Current.CancellationToken);
        var connection = KubeConfig.Load(file, null, _ => null);
        File.Delete(file);
        var error = Assert.Throws<CommandException>(() => ServiceIdentity.Of("--self-check", new ServingOptions(), connection));
        Assert.Equal("--self-check needs the namespace of the Service, which nothing here tells: give it with --namespace", error.Message);
        Assert.Equal(
            new("shop", "ha-webhook", "ha-webhook-ca", "ha-webhook"), ServiceIdentity.Of("--self-check", new ServingOptions { Namespace = "shop" }, connection));
    }

    /// <summary>Waits for so many further checks.</summary>
    private static Task UntilCheckedAsync(CheckedCluster cluster, int checks)
    {
        var before = cluster.ApiServer.Requests.Count("patch", "leases");
        return LivingCluster.UntilAsync(
            () => Task.FromResult(cluster.ApiServer.Requests.Count("patch", "leases") >= before + checks), string.Create(CultureInfo.InvariantCulture, $"{checks} checks"));
    }
}
