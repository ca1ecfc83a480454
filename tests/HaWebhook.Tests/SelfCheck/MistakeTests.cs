using System.Text.Json.Nodes;

namespace HaWebhook.Tests.SelfCheck;

/// <summary>What a self-check says of mistakes in the registration and in the roles. All are made one after another in one cluster.</summary>
public sealed class MistakeTests(MistakeTests.Fixture fixture) : IClassFixture<MistakeTests.Fixture>, IDisposable
{
    private const string Anew = "install the chart anew";
    private const string Drift = $"one of them was edited: {Anew}";

    private readonly CheckedCluster _cluster = fixture.Cluster;

    public void Dispose() => _cluster.ApiServer.Faults.ForbidNothing();

    public static TheoryData<string, Action<JsonObject>, string> Mistakes
    {
        get
        {
            using var foreign = new ServingAuthority();
            var pem = foreign.Pem;
            return new()
            {
                { "no self-check", json => CheckedCluster.Webhooks(json).RemoveAt(1), $"(webhook-missing): ValidatingWebhookConfiguration ha-webhook has no webhook self-check.ha-webhook.io; {Anew}" },
                { "no judge", json => CheckedCluster.Webhooks(json).RemoveAt(0), $"(webhook-missing): ValidatingWebhookConfiguration ha-webhook has no webhook validate.ha-webhook.io; {Anew}" },
                {
                    "foreign authority", json => CheckedCluster.Client(json, 1)["caBundle"] = CheckedCluster.Bundle(pem),
                    "(certificate-untrusted): webhook self-check.ha-webhook.io: clientConfig.caBundle does not verify the certificate that is served (CN=ha-webhook): "
                    + "x509: certificate signed by unknown authority"
                },
                {
                    "foreign authority of the judge alone", json => CheckedCluster.Client(json, 0)["caBundle"] = CheckedCluster.Bundle(pem),
                    "(certificate-untrusted): webhook validate.ha-webhook.io: clientConfig.caBundle does not verify the certificate that is served (CN=ha-webhook): "
                    + "x509: certificate signed by unknown authority"
                },
                {
                    "garbage", json => CheckedCluster.Client(json, 1)["caBundle"] = CheckedCluster.Bundle("garbage"),
                    "(ca-bundle-invalid): webhook self-check.ha-webhook.io: clientConfig.caBundle holds no certificate in PEM: the API server finds itself unable to load root certificates"
                },
                {
                    "nothing", json => CheckedCluster.Client(json, 1).Remove("caBundle"),
                    "(ca-bundle-empty): webhook self-check.ha-webhook.io: clientConfig.caBundle is empty; must hold the authority of the certificate that is served. "
                    + "Whoever manages the certificates (HaWebhook, cert-manager, you) has to write it"
                },
                {
                    "another Service", json => CheckedCluster.Client(json, 1)["service"]!["name"] = "web",
                    "(wrong-service): webhook self-check.ha-webhook.io: clientConfig.service is platform/web, port 443, path /self-check; must be platform/ha-webhook, port 443, path /self-check"
                },
                {
                    "another Service of the judge", json => CheckedCluster.Client(json, 0)["service"]!["port"] = 8443,
                    "(wrong-service): webhook validate.ha-webhook.io: clientConfig.service is platform/ha-webhook, port 8443, path /validate; must be platform/ha-webhook, port 443, path /validate"
                },
                {
                    "a URL", json => (CheckedCluster.Client(json, 1)["url"], CheckedCluster.Client(json, 1)["service"]) = ("https://127.0.0.1:1/self-check", null),
                    "(wrong-service): webhook self-check.ha-webhook.io: clientConfig names no Service; must be platform/ha-webhook, port 443, path /self-check"
                },
                {
                    "namespace excluded", json => CheckedCluster.Webhooks(json)[1]!["namespaceSelector"]!["matchLabels"]!["kubernetes.io/metadata.name"] = "other",
                    $"(not-matched): webhook self-check.ha-webhook.io: namespaceSelector kubernetes.io/metadata.name=other leaves out namespace platform; {Anew}"
                },
                {
                    "label", json => CheckedCluster.Webhooks(json)[1]!["objectSelector"]!["matchLabels"]!["ha-webhook.io/self-check"] = "other",
                    $"(not-matched): webhook self-check.ha-webhook.io: objectSelector ha-webhook.io/self-check=other leaves out ha-webhook.io/self-check=ha-webhook; {Anew}"
                },
                {
                    "rules", json => CheckedCluster.Webhooks(json)[1]!["rules"]![0]!["operations"] = new JsonArray("UPDATE"),
                    $"(not-matched): webhook self-check.ha-webhook.io: rules do not cover CREATE of leases in coordination.k8s.io/v1; {Anew}"
                },
                {
                    "no adviser", json => CheckedCluster.Webhooks(json).RemoveAt(2),
                    $"(webhook-missing): ValidatingWebhookConfiguration ha-webhook has no webhook advise.ha-webhook.io; {Anew}"
                },
                {
                    "another namespace left out", json => Names(json, 0).Add("shop"),
                    "(drifted): webhook advise.ha-webhook.io: namespaceSelector kubernetes.io/metadata.name notin (platform) is not kubernetes.io/metadata.name notin (platform,shop), "
                    + $"the one of validate.ha-webhook.io; {Drift}"
                },
                {
                    "objects left out", json => CheckedCluster.Webhooks(json)[0]!["objectSelector"] = JsonNode.Parse("""{"matchLabels": {"judged": "yes"}}"""),
                    $"(drifted): webhook advise.ha-webhook.io: objectSelector (everything) is not judged=yes, the one of validate.ha-webhook.io; {Drift}"
                },
                {
                    "callers left out", json => (CheckedCluster.Webhooks(json)[0]!["matchConditions"], CheckedCluster.Webhooks(json)[2]!["matchConditions"]) = (new JsonArray(), new JsonArray()),
                    "(drifted): webhook mutate.ha-webhook.io: matchConditions not-by-a-node: !('system:nodes' in request.userInfo.groups) is not (none), "
                    + $"the one of validate.ha-webhook.io; {Drift}"
                },
                {
                    "rules of the judge", json => CheckedCluster.Webhooks(json)[0]!["rules"]![0]!["operations"] = new JsonArray("UPDATE"),
                    $"(drifted): webhook validate.ha-webhook.io: rules do not cover CREATE of deployments.apps, which those of mutate.ha-webhook.io do; {Drift}"
                },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public async Task A_mistake_is_named(string mistake, Action<JsonObject> change, string line)
    {
        Assert.NotEmpty(mistake);
        _cluster.Register(change);
        await _cluster.UntilAsync("Error", line);
    }

    public static TheoryData<string, Action<JsonObject>, string> MutatingMistakes => new()
    {
        { "gone", json => CheckedCluster.Webhooks(json).RemoveAt(0), $"(webhook-missing): MutatingWebhookConfiguration ha-webhook has no webhook mutate.ha-webhook.io; {Anew}" },
        {
            "path", json => CheckedCluster.Client(json, 0)["service"]!["path"] = "/validate",
            "(wrong-service): webhook mutate.ha-webhook.io: clientConfig.service is platform/ha-webhook, port 443, path /validate; must be platform/ha-webhook, port 443, path /mutate"
        },
        { "nothing", json => CheckedCluster.Client(json, 0)["caBundle"] = "", "(ca-bundle-empty): webhook mutate.ha-webhook.io: clientConfig.caBundle is empty; must hold the authority of the certificate that is served. "
            + "Whoever manages the certificates (HaWebhook, cert-manager, you) has to write it" },
        {
            "rules", json => CheckedCluster.Webhooks(json)[0]!["rules"]![0]!["resources"]!.AsArray().Add("statefulsets"),
            $"(drifted): webhook validate.ha-webhook.io: rules do not cover CREATE of statefulsets.apps, which those of mutate.ha-webhook.io do; {Drift}"
        },
    };

    [Theory]
    [MemberData(nameof(MutatingMistakes), DisableDiscoveryEnumeration = true)]
    public async Task A_mistake_of_the_other_configuration_is_named(string mistake, Action<JsonObject> change, string line)
    {
        Assert.NotEmpty(mistake);
        _cluster.Register(changeMutating: change);
        await _cluster.UntilAsync("Error", line);
    }

    [Theory]
    [InlineData("patch", "leases")]
    [InlineData("create", "leases")]
    [InlineData("get", "validatingwebhookconfigurations")]
    [InlineData("get", "mutatingwebhookconfigurations")]
    public async Task What_is_not_allowed_is_told_in_the_words_of_the_API_server(string verb, string resource)
    {
        _cluster.Register();
        _cluster.ApiServer.Faults.Forbid(verb, resource);
        var group = resource == "leases" ? "coordination.k8s.io" : "admissionregistration.k8s.io";
        var name = resource == "leases" ? "ha-webhook-self-check" : "ha-webhook";
        var asked = resource == "leases" ? "patch" : "get";
        var scope = resource == "leases" ? "in the namespace \"platform\"" : "at the cluster scope";
        await _cluster.UntilAsync(
            "Error",
            $"(forbidden): cannot {asked} {resource}.{group}: {resource}.{group} \"{name}\" is forbidden: User \"{CheckedCluster.User}\" cannot {verb} resource \"{resource}\" in API group \"{group}\" {scope} "
            + "(403 Forbidden)");
    }

    private static JsonArray Names(JsonObject configuration, int index) =>
        CheckedCluster.Webhooks(configuration)[index]!["namespaceSelector"]!["matchExpressions"]![0]!["values"]!.AsArray();

    public sealed class Fixture : IAsyncLifetime
    {
        internal CheckedCluster Cluster { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Cluster = await CheckedCluster.StartAsync();
            await Cluster.UntilAsync("Information", "and trusts its certificate");
        }

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }
}
