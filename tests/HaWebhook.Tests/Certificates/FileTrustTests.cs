using System.Text.Json.Nodes;
using HaWebhook.Tests.Cluster;
using HaWebhook.Tests.SelfCheck;

namespace HaWebhook.Tests.Certificates;

/// <summary>A replica with a certificate from files is ready when API servers will trust it, as far as the cluster tells.</summary>
public sealed class FileTrustTests
{
    public static TheoryData<string, string?> Bundles
    {
        get
        {
            using var foreign = new ServingAuthority();
            return new()
            {
                { "is empty; whoever manages the certificates has to write it", null },
                { "holds no certificate in PEM", CheckedCluster.Bundle("garbage") },
                { "does not verify the certificate of ", CheckedCluster.Bundle(foreign.Pem) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Bundles), DisableDiscoveryEnumeration = true)]
    public async Task It_is_not_ready_before_every_caBundle_verifies_it_and_stays_so(string problem, string? bundle)
    {
        void Break(JsonObject json) => CheckedCluster.Client(json, 0)["caBundle"] = bundle;
        await using var cluster = await CheckedCluster.StartAsync(change: Break);
        await UntilLoggedAsync(
            cluster, $"Error: not ready, for API servers would not trust the certificate: ValidatingWebhookConfiguration ha-webhook, webhook validate.ha-webhook.io: caBundle {problem}");
        Assert.Equal(503, await cluster.ReadinessAsync());

        cluster.Register();
        await LivingCluster.UntilAsync(async () => await cluster.ReadinessAsync() == 200, "it is ready");

        // Somebody's mistake, now, is one for all replicas: to take them out would not mend it.
        cluster.Register(Break);
        await LivingCluster.UntilAsync(
            () => Task.FromResult(cluster.Lines.Any(line => line.Contains("webhook validate.ha-webhook.io: clientConfig.caBundle", StringComparison.Ordinal))), "the self-check tells");
        Assert.Equal(200, await cluster.ReadinessAsync());
    }

    [Fact]
    public async Task Configurations_that_are_not_there_are_not_waited_for()
    {
        await using var cluster = await CheckedCluster.StartAsync(isRegistered: false);
        await LivingCluster.UntilAsync(async () => await cluster.ReadinessAsync() == 200, "it is ready");
        await UntilLoggedAsync(
            cluster, "Warning: whether API servers trust the certificate is not known: the ValidatingWebhookConfiguration ha-webhook is not there; install the chart, ");
    }

    private static Task UntilLoggedAsync(CheckedCluster cluster, string start) => LivingCluster.UntilAsync(
        () => Task.FromResult(cluster.Webhook.Log.All.Any(line => line.StartsWith(start, StringComparison.Ordinal))), start, () => string.Join('\n', cluster.Webhook.Log.All));
}
